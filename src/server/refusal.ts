// The server's "no": a status, a word for programs and a sentence for people, always in the same shape.

/** The words. */
export type RefusalCode =
  | "bad-request"
  | "token-required"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "length-required"
  | "too-large"
  | "address-too-long"
  | "unsupported-media"
  | "unprocessable"
  | "too-many-requests"
  | "internal"
  | "busy";

const STATUS: Readonly<Record<RefusalCode, number>> = {
  "bad-request": 400,
  "token-required": 401,
  forbidden: 403,
  "not-found": 404,
  "method-not-allowed": 405,
  "length-required": 411,
  "too-large": 413,
  "address-too-long": 414,
  "unsupported-media": 415,
  unprocessable: 422,
  "too-many-requests": 429,
  internal: 500,
  busy: 503,
};

/** The status of a refusal. */
export function statusOf(code: RefusalCode): number {
  return STATUS[code];
}

/** A refusal as an answer; it is never kept by anybody. */
export function refusal(
  code: RefusalCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(JSON.stringify({ error: { code, message } }), {
    status: STATUS[code],
    headers: { "content-type": "application/json", "cache-control": "no-store", ...headers },
  });
}

/** Too much to do; come again in a second. */
export function busy(): Response {
  return refusal("busy", "The server has more to do than it takes on. Try again in a moment.", {
    "retry-after": "1",
  });
}
