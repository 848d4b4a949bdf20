// Who may ask. On loopback: whoever reaches it under a name of this machine, so that a page from elsewhere whose name was
// pointed at 127.0.0.1 gets nothing. Elsewhere, or where it was asked for: whoever holds the token of the printed link.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { isIP } from "node:net";

/** A token of 256 bits for an address. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Compares in a time that tells nothing of where they differ. */
export function isToken(given: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/** True for an address or a name of this machine alone. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || (isIP(bare) === 4 && bare.startsWith("127."));
}

/** The name in a Host header, without its port; `null` where it cannot be one. */
export function hostName(header: string | undefined): string | null {
  const match = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i.exec(header ?? "");
  return match?.[1]?.toLowerCase() ?? null;
}

/** The value of a cookie in a Cookie header. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const [key, ...value] = part.split("=");
    if (key?.trim() === name) return value.join("=").trim();
  }
  return null;
}

/** The token of an Authorization header. */
export function bearerOf(header: string | undefined): string | null {
  return /^Bearer ([\w~+/.=-]{1,200})$/i.exec(header ?? "")?.[1] ?? null;
}

/** The headers that say where a request comes from. */
export interface Provenance {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly site: string | undefined;
  readonly mode: string | undefined;
}

/**
 * True for a request of another site's page, which a browser says of itself: only following a link to the first page is
 * left to it. Programs that are no browsers send none of these headers.
 */
export function isForeign({ method, path, host, origin, site, mode }: Provenance): boolean {
  const sameSite = site === undefined || site === "same-origin" || site === "none";
  const follows = method === "GET" && mode === "navigate" && path === "/";
  if (!sameSite && !follows) return true;
  if (origin === undefined || method === "GET" || method === "HEAD") return false;
  return origin.toLowerCase() !== `http://${(host ?? "").toLowerCase()}`;
}
