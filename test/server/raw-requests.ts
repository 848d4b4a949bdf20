// Bytes on a socket as no client library would send them, and the requests that someone who means harm would try.
import { connect } from "node:net";

/** What came back on one connection. */
export interface RawAnswer {
  /** Of the first answer; 0 where none came. */
  readonly status: number;
  readonly text: string;
}

/** Sends bytes and waits for the other side to end, or for a time. */
export function sendRaw(port: number, bytes: string | Uint8Array, ms = 4000): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    const timer = setTimeout(() => socket.destroy(), ms);
    socket.on("data", (part) => parts.push(part));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(timer);
      const text = Buffer.concat(parts).toString("latin1");
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text });
    });
  });
}

/** A request that asks for the end of its connection; the target is put there as it is. */
export function request(target: string, method = "GET", headers: readonly string[] = [], body = ""): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    "Host: localhost",
    "Connection: close",
    ...headers,
    "",
    body,
  ];
  return Buffer.from(lines.join("\r\n"), "latin1");
}

/** Ways to write "../". */
const UPWARDS = [
  "../",
  "..%2f",
  "%2e%2e/",
  "%2e%2e%2f",
  ".%2e/",
  "..%5c",
  "..\\",
  "%2e%2e%5c",
  "%252e%252e%252f",
  "%25252e%25252e%25252f",
  "..%255c",
  "..%c0%af",
  "%c0%ae%c0%ae%c0%af",
  "%e0%80%ae%e0%80%ae/",
  "%f0%80%80%ae%f0%80%80%ae/",
  "..%c1%9c",
  "..%ef%bc%8f",
  "\u00c0\u00ae\u00c0\u00ae/",
  "..%u2215",
  "%uff0e%uff0e/",
  "....//",
  "..;/",
  "..%00/",
  "%2e%2e%00%2f",
  "..%0d%0a/",
  "..%09/",
  "../%2e/",
  "%%32%65%%32%65/",
];

const GOALS = [
  "etc/passwd",
  "etc%2fpasswd",
  "proc/self/environ",
  "package.json",
  "slides/one/source.json",
  "slides/one/canary.txt",
  "predict.json",
  "canary.txt",
  "windows/win.ini",
];

/** Targets that try to leave the folders, behind every kind of address there is. */
export function traversals(slide: string, model: string): string[] {
  const prefixes = [
    "/",
    "/assets/",
    "/api/",
    "/api/slides/",
    `/api/slides/${slide}/`,
    `/api/slides/${slide}/tiles/`,
    `/api/slides/${slide}/tiles/3/`,
    `/api/slides/${slide}/predictions/`,
    `/api/slides/${slide}/predictions/${model}/`,
    `/api/slides/${slide}/predictions/${model}/heatmap/`,
  ];
  let turn = 0;
  return UPWARDS.flatMap((up) =>
    prefixes.flatMap((prefix) =>
      [1, 4, 9].map((depth) => {
        turn++;
        return prefix + up.repeat(depth) + GOALS[turn % GOALS.length] + ["", ".jpg", "%00.jpg"][turn % 3];
      }),
    ),
  );
}

/** Absolute paths, other schemes, doubled slashes. */
export function absolutes(): string[] {
  const places = ["/etc/passwd", "//etc/passwd", "///etc///passwd", "/%2fetc%2fpasswd", "/%5cetc%5cpasswd"];
  const odd = [
    "file:///etc/passwd",
    "http://127.0.0.1:1/etc/passwd",
    "http://evil.example/api/slides",
    "https://evil.example/",
    "*",
    "etc/passwd",
    "?token=x",
    "#",
    "/\\\\host\\share\\file",
    "/C:/Windows/win.ini",
    "/c:%5cwindows%5cwin.ini",
    "/.env",
    "/.git/config",
    "/serve.key",
    "/index.html/../../canary.txt",
    "/assets",
    "/assets/",
    "/assets/link.js",
    "/assets/%6cink.js",
    "/api//slides",
    "/API/SLIDES",
    "/api/slides/",
  ];
  return [
    ...places,
    ...odd,
    ...places.map((place) => `/api/slides${place}`),
    ...places.map((place) => `/assets${place}`),
  ];
}

/** Ids that are none. */
export function badIds(real: string): string[] {
  return [
    "",
    "0",
    "..",
    ".",
    "%2e%2e",
    "constructor",
    "__proto__",
    "hasOwnProperty",
    "toString",
    "null",
    "undefined",
    "*",
    "%00",
    real.toUpperCase().replace(/\d/g, "A"),
    `${real}0`,
    real.slice(1),
    `${real}%00`,
    `${real}%20`,
    `${real};`,
    `%20${real}`,
    `${real}.jpg`,
    "00000000000000000000",
    "ffffffffffffffffffff",
    "g".repeat(20),
    "\u00e9".repeat(10),
    "%ff%fe",
    "%",
    "%zz",
    "%e2%80%ae",
    "a".repeat(1500),
    "1e9",
    "-1",
    "'%20OR%201=1",
    "<script>",
    "{{7*7}}",
  ];
}

/** Levels, columns and rows that are none. */
export function badTiles(): string[] {
  const numbers = ["-1", "99", "100", "1e9", "0x10", "NaN", "Infinity", "1.5", "9".repeat(30), "", "\u0661"];
  const names = [
    "9999999_9999999.jpg",
    "99999999_0.jpg",
    "-1_0.jpg",
    "0_-1.jpg",
    "0_0",
    "0_0.png",
    "0_0.jpg.svs",
    "0_0.jpg%00",
    "0.jpg",
    "_.jpg",
    "0_0_0.jpg",
    "0%5f0.jpg%2f..",
    "1e3_0.jpg",
    "0_0.JPG",
    `${"9".repeat(400)}_0.jpg`,
    "label.jpg",
    "macro.jpg",
  ];
  return [...numbers.map((level) => `${level}/0_0.jpg`), ...names.map((name) => `11/${name}`)];
}

/** Whole requests that are wrong in their form. */
export function malformed(slide: string): Buffer[] {
  const plain = (lines: readonly string[]) => Buffer.from(lines.join("\r\n"), "latin1");
  const get = "GET /api/slides HTTP/1.1";
  const host = "Host: localhost";
  const end = ["Connection: close", "", ""];
  const post = "POST /api/predict?model=00000000000000000000 HTTP/1.1";
  return [
    plain([get, ...end]),
    plain([get, "Host: evil.example", ...end]),
    plain([get, "Host: localhost.evil.example", ...end]),
    plain([get, "Host: 127.0.0.1.nip.io", ...end]),
    plain([get, "Host: localhost", "Host: evil.example", ...end]),
    plain([get, "Host: ", ...end]),
    plain([get, "Host: local host", ...end]),
    plain([get, "Host: [::1", ...end]),
    plain([get, "Host: 0x7f000001", ...end]),
    plain([get, "Host: localhost@evil.example", ...end]),
    plain(["GET /api/slides HTTP/9.9", host, ...end]),
    plain(["GET /api/slides", host, ...end]),
    plain(["GET  /api/slides  HTTP/1.1", host, ...end]),
    plain([get, host, "X: y\n z", ...end]),
    plain([get, host, " folded: yes", ...end]),
    plain([get, host, "bad header", ...end]),
    plain([get, host, "X\0Y: z", ...end]),
    plain([get, host, `X: ${"a".repeat(20_000)}`, ...end]),
    plain([get, host, ...Array.from({ length: 3000 }, (_, i) => `X-${i}: y`), ...end]),
    plain([`GET /${"a".repeat(3000)} HTTP/1.1`, host, ...end]),
    plain([`GET /${"a".repeat(30_000)} HTTP/1.1`, host, ...end]),
    plain([`GET /api/slides?${"x=1&".repeat(480)} HTTP/1.1`, host, ...end]),
    plain([get, host, "Content-Length: -5", ...end]),
    plain([get, host, "Content-Length: 5", "Content-Length: 6", ...end, "12345"]),
    plain([post, host, "Content-Length: 4", "Transfer-Encoding: chunked", ...end, "0\r\n\r\n"]),
    plain([post, host, "Transfer-Encoding: chunked", ...end, "zz\r\nnothing\r\n"]),
    plain([post, host, "Transfer-Encoding: chunked", ...end, "ffffffffffffffff\r\nx"]),
    plain([post, host, "Transfer-Encoding: gzip", ...end, "x"]),
    plain([post, host, "Content-Length: 99999999999999999999", ...end, "x"]),
    plain([post, host, "Expect: 100-continue", "Content-Length: 3", ...end, "abc"]),
    plain([get, host, "Upgrade: websocket", "Connection: Upgrade", "", ""]),
    plain([
      get,
      host,
      "Upgrade: h2c",
      "Connection: Upgrade, HTTP2-Settings",
      "HTTP2-Settings: AAMAAABk",
      "",
      "",
    ]),
    plain(["PRI * HTTP/2.0", "", "SM", "", ""]),
    plain([get, host, `Cookie: ${"a=b; ".repeat(2000)}`, ...end]),
    plain([get, host, `Authorization: Bearer ${"x".repeat(9000)}`, ...end]),
    plain([get, host, "Sec-Fetch-Site: cross-site", ...end]),
    plain([get, host, "Sec-Fetch-Site: same-site", ...end]),
    plain([post, host, "Origin: http://evil.example", ...end]),
    plain([post, host, "Origin: null", ...end]),
    plain([
      `GET /api/slides/${slide}/thumbnail.jpg HTTP/1.1`,
      host,
      "Accept-Encoding: ../../etc/passwd",
      ...end,
    ]),
    plain([get, host, `If-None-Match: ${'"a",'.repeat(1500)}`, ...end]),
    Buffer.concat([request("/api/slides"), Buffer.from("GARBAGE\0\x01\x02\r\n\r\n", "latin1")]),
    Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]),
    Buffer.alloc(5000, 0),
    Buffer.alloc(5000, 0xff),
    Buffer.from("\r\n".repeat(2000)),
  ];
}
