// TIFF's compressions by number: what lowmag reads, and what it refuses by name.

/** How the bytes of a tile become samples. */
export type CompressionKind = "raw" | "jpeg" | "jpeg2000" | "deflate" | "lzw" | "packbits";

/** A compression that is read. */
export interface Compression {
  readonly name: string;
  readonly kind: CompressionKind;
}

/** The compressions that are read. 33003 is Aperio's JPEG 2000 of YCbCr, 33005 of RGB; 34712 the registered number. */
const READ: Readonly<Record<number, Compression>> = {
  1: { name: "none", kind: "raw" },
  5: { name: "LZW", kind: "lzw" },
  7: { name: "JPEG", kind: "jpeg" },
  8: { name: "deflate", kind: "deflate" },
  32773: { name: "PackBits", kind: "packbits" },
  32946: { name: "deflate", kind: "deflate" },
  33003: { name: "JPEG 2000", kind: "jpeg2000" },
  33004: { name: "JPEG 2000", kind: "jpeg2000" },
  33005: { name: "JPEG 2000", kind: "jpeg2000" },
  33007: { name: "JPEG 2000", kind: "jpeg2000" },
  34712: { name: "JPEG 2000", kind: "jpeg2000" },
};

/** Names of those that are not, for errors. */
const REFUSED: Readonly<Record<number, string>> = {
  2: "CCITT fax compression",
  3: "CCITT fax compression",
  4: "CCITT fax compression",
  6: "old-style JPEG (compression 6, which TIFF has withdrawn)",
  9: "JBIG compression",
  10: "JBIG compression",
  22610: "JPEG XR compression",
  34677: "Deflate of SGI (34677)",
  34887: "LERC compression",
  34892: "lossy JPEG of DNG (34892)",
  34925: "LZMA compression",
  34933: "PNG compression",
  34934: "JPEG XR compression",
  50000: "Zstandard compression",
  50001: "WebP compression",
  50002: "JPEG XL compression",
};

/** How a compression number is read, or `null` when it is not. */
export function compressionOf(code: number): Compression | null {
  return READ[code] ?? null;
}

/** True where the horizontal predictor has a meaning; elsewhere the tag is idle, as libtiff takes it. */
export function takesPredictor(code: number): boolean {
  const kind = READ[code]?.kind;
  return kind === "deflate" || kind === "lzw";
}

/** What to call any compression number. */
export function compressionName(code: number): string {
  return READ[code]?.name ?? REFUSED[code] ?? `compression ${code}`;
}
