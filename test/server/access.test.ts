// Who gets an answer: tokens, hosts, sites, rates; and what every answer carries.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cookieOf, hostName, isForeign, isLoopback, isToken } from "../../src/server/access.ts";
import { RequestRate } from "../../src/server/request-rate.ts";
import { makeSlide } from "./make-results.ts";
import { request, sendRaw } from "./raw-requests.ts";
import { start, stopAll } from "./start.ts";

let folder: string;
let slide: string;
let viewer: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "lowmag-access-"));
  slide = join(folder, "a.tif");
  viewer = join(folder, "viewer");
  mkdirSync(join(viewer, "assets"), { recursive: true });
  writeFileSync(join(viewer, "index.html"), "<!doctype html><title>viewer</title>".padEnd(400, " "));
  writeFileSync(join(viewer, "assets", "app-1234.js"), "export {};");
  await makeSlide(slide, 300, 200);
});
afterEach(stopAll);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a server with a token", () => {
  it("gives nothing to those who have none, and all to those who have it by header or by the printed link", async () => {
    const server = await start({ slides: [slide], token: true });
    expect(server.url).toBe(`${server.base}/?token=${server.token}`);
    expect(server.token).toMatch(/^[\w-]{43}$/);
    for (const path of ["/", "/api/slides", "/api/openapi.json", "/nothing"])
      expect((await fetch(server.base + path)).status, path).toBe(401);
    const bearer = (token: string) =>
      fetch(`${server.base}/api/slides`, { headers: { authorization: `Bearer ${token}` } });
    expect((await bearer(server.token!)).status).toBe(200);
    expect((await bearer(`${server.token}x`)).status).toBe(401);
    expect((await bearer(server.token!.slice(1))).status).toBe(401);
    const linked = await fetch(server.url, { redirect: "manual" });
    expect([linked.status, linked.headers.get("location")]).toEqual([303, "/"]);
    const cookie = linked.headers.get("set-cookie")!;
    expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    const again = await fetch(`${server.base}/api/slides`, { headers: { cookie: cookie.split(";")[0]! } });
    expect(again.status).toBe(200);
  });

  it("never sends anybody to another host after the link", async () => {
    const server = await start({ slides: [slide], token: true });
    const { text } = await sendRaw(server.port, request(`//evil.example/?token=${server.token}`));
    expect(/location: (.*)/.exec(text)?.[1]?.trim()).toBe("/evil.example/");
  });

  it("is what listening on more than this machine asks for, and is answered under any name there", async () => {
    const server = await start({ slides: [slide], host: "0.0.0.0" });
    expect(server.token).not.toBeNull();
    const { status } = await sendRaw(
      server.port,
      Buffer.from(
        `GET /api/slides HTTP/1.1\r\nHost: lab.example\r\nAuthorization: Bearer ${server.token}\r\nConnection: close\r\n\r\n`,
      ),
    );
    expect(status).toBe(200);
  });
});

describe("every answer", () => {
  it("carries a strict policy, whatever it is", async () => {
    const server = await start({ slides: [slide], viewer });
    for (const path of ["/", "/assets/app-1234.js", "/api/slides", "/nothing", `/${"a".repeat(5000)}`]) {
      const { headers } = await fetch(server.base + path);
      expect(headers.get("content-security-policy"), path).toMatch(
        /^default-src 'none'; script-src 'self'; style-src 'self';/,
      );
      expect(headers.get("content-security-policy")).not.toMatch(/unsafe|\*|http/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
      expect(headers.get("access-control-allow-origin")).toBeNull();
    }
  });

  it("of the viewer's files says how long they last; a page that was not built says so", async () => {
    const server = await start({ slides: [slide], viewer });
    const asset = await fetch(`${server.base}/assets/app-1234.js`);
    expect(asset.headers.get("cache-control")).toContain("immutable");
    const page = await fetch(server.base);
    expect([page.headers.get("cache-control"), page.headers.get("content-encoding")]).toEqual([
      "no-cache",
      "gzip",
    ]);
    const known = await fetch(server.base, { headers: { "if-none-match": page.headers.get("etag")! } });
    expect(known.status).toBe(304);
    const bare = await start({ slides: [slide], viewer: join(folder, "not-there") });
    expect(await (await fetch(bare.base)).text()).toContain("The viewer has not been built");
  });
});

describe("a client that asks too often", () => {
  it("is told to wait", async () => {
    const server = await start({ slides: [slide], limits: { rate: 2 } });
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(`${server.base}/api/models`)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(8);
    const refused = answers.find(({ status }) => status === 429)!;
    expect(refused.headers.get("retry-after")).toBe("1");
  });

  it("has a bucket that fills at the rate, up to four seconds' worth", () => {
    let now = 0;
    const rate = new RequestRate(10, () => now);
    const admitted = (client: string) =>
      Array.from({ length: 100 }, () => rate.admit(client)).filter(Boolean).length;
    expect(admitted("a")).toBe(40);
    expect(admitted("b")).toBe(40);
    now += 500;
    expect(admitted("a")).toBe(5);
    now += 60_000;
    expect(admitted("a")).toBe(40);
  });
});

describe("the parts of access", () => {
  it("tell names of this machine from others", () => {
    for (const host of ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "::1", "LOCALHOST"])
      expect(isLoopback(host), host).toBe(true);
    for (const host of ["0.0.0.0", "::", "127.0.0.1.nip.io", "localhost.evil.example", "128.0.0.1", ""])
      expect(isLoopback(host), host).toBe(false);
    expect(hostName("LocalHost:8347")).toBe("localhost");
    expect(hostName("[::1]:80")).toBe("[::1]");
    for (const header of [undefined, "", "a b", "a/b", "a@b", "a:b", "a:123456"])
      expect(hostName(header)).toBeNull();
  });

  it("read cookies and compare tokens whole", () => {
    expect(cookieOf("a=1; lowmag-1=x=y ;b=2", "lowmag-1")).toBe("x=y");
    expect(cookieOf("xlowmag-1=1", "lowmag-1")).toBeNull();
    expect(isToken("abc", "abc")).toBe(true);
    for (const wrong of ["", "ab", "abcd", "abd"]) expect(isToken(wrong, "abc")).toBe(false);
  });

  it("leave other sites following a link to the first page, and nothing else", () => {
    const asked = {
      method: "GET",
      path: "/",
      host: "localhost:1",
      origin: undefined,
      site: "cross-site",
      mode: "navigate",
    };
    expect(isForeign(asked)).toBe(false);
    expect(isForeign({ ...asked, path: "/api/slides" })).toBe(true);
    expect(isForeign({ ...asked, mode: "no-cors" })).toBe(true);
    expect(isForeign({ ...asked, site: "same-site", mode: "cors" })).toBe(true);
    const own = {
      ...asked,
      method: "POST",
      site: "same-origin",
      path: "/api/predict",
      origin: "http://localhost:1",
    };
    expect(isForeign(own)).toBe(false);
    expect(isForeign({ ...own, origin: "http://localhost:2" })).toBe(true);
    expect(isForeign({ ...own, origin: undefined, site: undefined })).toBe(false);
  });
});
