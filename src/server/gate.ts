// What every request passes before anything looks at what it asks for: its size, its Host, its client's rate, where it comes
// from, and the token where one is needed.
import type { IncomingMessage } from "node:http";
import { bearerOf, cookieOf, hostName, isForeign, isLoopback, isToken } from "./access.ts";
import { refusal } from "./refusal.ts";
import type { RequestRate } from "./request-rate.ts";

/** What the gate is set to. */
export interface GateOptions {
  readonly urlLength: number;
  readonly rate: RequestRate;
  /** Names that the Host header may hold; `null` for any. */
  readonly hosts: readonly string[] | null;
  /** `null` where none is needed. */
  readonly token: string | null;
}

/** Passed, or the answer that sends it away. */
export type Verdict = null | Response;

/** @returns `null` for a request that may go on. */
export function passGate(incoming: IncomingMessage, options: GateOptions): Verdict {
  const { method = "", url = "", headers } = incoming;
  if (url.length > options.urlLength)
    return refusal("address-too-long", `Addresses have at most ${options.urlLength} characters here.`);
  if (!url.startsWith("/") || /[\\\0]/.test(url))
    return refusal("bad-request", "The address has to begin with / and hold no backslash.");
  const host = hostName(headers.host);
  if (host === null || hostCount(incoming) !== 1)
    return refusal("bad-request", "There has to be one Host header, with a name.");
  if (options.hosts !== null && !isLoopback(host) && !options.hosts.includes(host))
    return refusal("forbidden", "This server answers under names of this machine alone, such as localhost.");
  if (!options.rate.admit(incoming.socket.remoteAddress ?? ""))
    return refusal("too-many-requests", "Too many requests. Try again in a moment.", { "retry-after": "1" });
  const [path = ""] = url.split("?");
  if (isForeign({ method, path, ...provenance(headers) }))
    return refusal("forbidden", "Pages of other sites get no answer here.");
  return options.token === null ? null : passToken(incoming, options.token);
}

/** Of several, each program that the request passes could believe another. */
function hostCount({ rawHeaders }: IncomingMessage): number {
  return rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host").length;
}

function provenance(headers: IncomingMessage["headers"]) {
  const one = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(",") : value;
  };
  return {
    host: headers.host,
    origin: one("origin"),
    site: one("sec-fetch-site"),
    mode: one("sec-fetch-mode"),
  };
}

/** The token by header, by cookie, or by the printed link, which leaves the cookie and then the address. */
function passToken({ url = "", method, headers, socket }: IncomingMessage, token: string): Verdict {
  const cookie = `lowmag-${socket.localPort}`; // browsers share cookies among all ports of a host
  const given = bearerOf(headers.authorization) ?? cookieOf(headers.cookie, cookie);
  if (given !== null && isToken(given, token)) return null;
  const [path = "/", query = ""] = url.split("?");
  const words = new URLSearchParams(query);
  const linked = words.get("token");
  if (linked === null || !isToken(linked, token) || (method !== "GET" && method !== "HEAD"))
    return refusal(
      "token-required",
      "Open the link that `lowmag serve` printed, or send its token as a bearer.",
      {
        "www-authenticate": 'Bearer realm="lowmag"',
      },
    );
  words.delete("token");
  const rest = words.size > 0 ? `?${words}` : "";
  return new Response(null, {
    status: 303,
    headers: {
      // One slash: "//name" would be another host.
      location: path.replace(/^\/+/, "/") + rest,
      "set-cookie": `${cookie}=${token}; Path=/; HttpOnly; SameSite=Strict`,
      "cache-control": "no-store",
    },
  });
}
