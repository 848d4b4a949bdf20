// The TIFF tags and field types that slides use, by the names of the TIFF 6.0 specification and BigTIFF.

/** Tag numbers. */
export const TAG = {
  newSubfileType: 254,
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  imageDescription: 270,
  make: 271,
  model: 272,
  stripOffsets: 273,
  orientation: 274,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  xResolution: 282,
  yResolution: 283,
  planarConfiguration: 284,
  resolutionUnit: 296,
  software: 305,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  subIfds: 330,
  extraSamples: 338,
  sampleFormat: 339,
  jpegTables: 347,
  yCbCrSubsampling: 530,
  xmp: 700,
  imageDepth: 32997,
  iccProfile: 34675,
} as const;

/** Bytes of one value by field type; types that are not here are skipped, as the specification asks. */
export const FIELD_BYTES: Readonly<Record<number, number>> = {
  1: 1, // BYTE
  2: 1, // ASCII
  3: 2, // SHORT
  4: 4, // LONG
  5: 8, // RATIONAL
  6: 1, // SBYTE
  7: 1, // UNDEFINED
  8: 2, // SSHORT
  9: 4, // SLONG
  10: 8, // SRATIONAL
  11: 4, // FLOAT
  12: 8, // DOUBLE
  13: 4, // IFD
  16: 8, // LONG8
  17: 8, // SLONG8
  18: 8, // IFD8
};

/** Limits that no honest slide comes near; a file beyond them is damaged or means harm. */
export const TIFF_LIMITS = {
  directories: 512,
  entries: 4096,
  tagBytes: 256 * 2 ** 20,
  textBytes: 12 * 2 ** 20,
  side: 4_000_000,
  tileSide: 4096,
  /** TIFF asks for multiples of 16; tiles of single pixels would be a way to waste time. */
  leastTileSide: 8,
  tileBytes: 64 * 2 ** 20,
} as const;
