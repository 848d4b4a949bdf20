// What a stranger may ask of the server at most. Every number that stands between a request and the machine is here.

/** Limits of a server. */
export interface ServerLimits {
  /** Characters of a request's target. */
  readonly urlLength: number;
  /** Bytes of a request's line and headers together. */
  readonly headerBytes: number;
  readonly headerCount: number;
  /** Milliseconds until the headers, and until the whole request with its body, must have come. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** Milliseconds that an idle connection is kept. */
  readonly keepAliveMs: number;
  /** How often slow connections are looked for, in milliseconds. */
  readonly checkMs: number;
  readonly connections: number;
  /** Requests per second of one client, after a first burst of four seconds' worth. */
  readonly rate: number;
  /** Bytes of an uploaded image. */
  readonly uploadBytes: number;
  /** Uploads in hand at a time. */
  readonly uploads: number;
  /** Pixels of an uploaded image. */
  readonly uploadPixels: number;
  /** Milliseconds that the answer for an uploaded image may take. */
  readonly predictMs: number;
  /** Pictures being made or waiting to be made. */
  readonly pictures: number;
  /** Milliseconds that one picture may take. */
  readonly pictureMs: number;
  /** Milliseconds for which the table of slides is good before the results folders are looked into again. */
  readonly freshMs: number;
  /** Bytes of encoded pictures that are kept. */
  readonly pictureCacheBytes: number;
}

const MIB = 2 ** 20;

/** The limits unless told otherwise. */
export const USUAL_LIMITS: ServerLimits = {
  urlLength: 2048,
  headerBytes: 16_384,
  headerCount: 64,
  headersMs: 10_000,
  requestMs: 120_000,
  keepAliveMs: 10_000,
  checkMs: 1_000,
  connections: 256,
  rate: 200,
  uploadBytes: 64 * MIB,
  uploads: 2,
  uploadPixels: 100_000_000,
  predictMs: 300_000,
  pictures: 256,
  pictureMs: 60_000,
  freshMs: 3_000,
  pictureCacheBytes: 128 * MIB,
};
