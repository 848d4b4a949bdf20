// Tiles and strips that hold samples rather than a picture file: uncompressed, deflate, LZW, PackBits, with or without
// the horizontal predictor, samples side by side or a plane for each.
import { fail } from "../../base/index.ts";
import {
  type Decoders,
  decodeLzw,
  decodePackBits,
  type PixelWindow,
  undoPredictor,
} from "../../codec/index.ts";
import { whenRead } from "../source.ts";
import type { ByteSource } from "../types.ts";
import { compressionOf, takesPredictor } from "./compression.ts";
import { storedTileBytes, type TiffImage } from "./image.ts";
import { type SampleLayout, samplesToRgb } from "./samples.ts";
import { readTileBytes } from "./tile-bytes.ts";

/** The meaning of the fourth sample; without a word of the file it is not shown. */
const ALPHA: Readonly<Record<number, SampleLayout["alpha"]>> = { 1: "premultiplied", 2: "straight" };

/** How the samples of a picture lie in its tiles, planes already joined. */
export function sampleLayout(image: TiffImage): SampleLayout {
  return {
    rowPixels: image.tileWidth,
    samples: image.samples,
    bits: image.bits === 16 ? 16 : 8,
    littleEndian: image.directory.littleEndian,
    inverted: image.photometric === 0,
    alpha: ALPHA[image.extra ?? 0] ?? "ignored",
  };
}

/** Reads such tiles. */
export class PlainTiles {
  readonly #layout: SampleLayout;

  constructor(
    private readonly source: ByteSource,
    private readonly image: TiffImage,
    private readonly decoders: Decoders,
    private readonly name: string,
  ) {
    this.#layout = sampleLayout(image);
  }

  readTile(
    column: number,
    row: number,
    window?: PixelWindow,
  ): Uint8Array | null | Promise<Uint8Array | null> {
    const { image } = this;
    const part = window ?? { left: 0, top: 0, width: image.tileWidth, height: image.tileHeight };
    const where = () => `${this.name} tile ${column}, ${row}`;
    const index = row * image.columns + column;
    const stored = image.planar === 2 ? this.#planes(index, row, where) : this.#samples(index, row, where);
    return whenRead(stored, (samples) =>
      samples === null ? null : samplesToRgb(samples, this.#layout, part),
    );
  }

  /** The samples of one tile (of one plane of it), padded where a last strip is short. */
  #samples(index: number, row: number, where: () => string): Uint8Array | null | Promise<Uint8Array | null> {
    const data = readTileBytes(this.source, this.image, index, where);
    return whenRead(data, (bytes) =>
      bytes === null
        ? null
        : whenRead(this.#inflate(bytes, where()), (raw) => this.#whole(raw, row, where())),
    ) as Uint8Array | null | Promise<Uint8Array | null>;
  }

  #inflate(data: Uint8Array, where: string): Uint8Array | Promise<Uint8Array> {
    const most = storedTileBytes(this.image);
    switch (compressionOf(this.image.compression)!.kind) {
      case "deflate":
        return this.decoders.inflate(data, most, where);
      case "lzw":
        return decodeLzw(data, most, where);
      case "packbits":
        return decodePackBits(data, most, where);
      default:
        return data.subarray(0, most);
    }
  }

  #whole(raw: Uint8Array, row: number, where: string): Uint8Array {
    const { image } = this;
    const rows = image.tiled
      ? image.tileHeight
      : Math.min(image.tileHeight, image.height - row * image.tileHeight);
    const needed = storedTileBytes(image, rows);
    if (raw.length < needed) throw tooShort(where, needed, raw.length);
    const whole = padded(raw, storedTileBytes(image));
    if (image.predictor !== 2 || !takesPredictor(image.compression)) return whole;
    const samples = image.planar === 2 ? 1 : image.samples;
    undoPredictor(whole, image.tileWidth, rows, samples, image.bits, image.directory.littleEndian);
    return whole;
  }

  /** The planes of one tile, woven into pixels; a tile with a missing plane is missing. */
  #planes(index: number, row: number, where: () => string): Uint8Array | null | Promise<Uint8Array | null> {
    const { samples, columns, rows, bits } = this.image;
    const planes = Array.from({ length: samples }, (_, k) =>
      this.#samples(k * columns * rows + index, row, where),
    );
    const join = (all: readonly (Uint8Array | null)[]): Uint8Array | null => {
      const whole = all.filter((plane) => plane !== null);
      return whole.length < samples ? null : weave(whole, bits / 8);
    };
    if (planes.some((plane) => plane instanceof Promise)) return Promise.all(planes).then(join);
    return join(planes as (Uint8Array | null)[]);
  }
}

/** Planes to pixels: sample 0 of every plane, sample 1 of every plane, … */
function weave(planes: readonly Uint8Array[], sampleBytes: number): Uint8Array {
  const step = planes.length * sampleBytes;
  const out = new Uint8Array(planes.length * planes[0]!.length);
  for (const [k, plane] of planes.entries())
    for (let from = 0, to = k * sampleBytes; from < plane.length; from += sampleBytes, to += step)
      for (let byte = 0; byte < sampleBytes; byte++) out[to + byte] = plane[from + byte]!;
  return out;
}

function padded(bytes: Uint8Array, length: number): Uint8Array {
  if (bytes.length >= length) return bytes.subarray(0, length);
  const whole = new Uint8Array(length);
  whole.set(bytes);
  return whole;
}

/** The error of a tile that holds fewer samples than it must. */
export function tooShort(where: string, needed: number, got: number): Error {
  return fail("corrupt-data", {
    where,
    expected: `${needed} bytes of samples`,
    got: `${got}`,
    fix: "The file is damaged. Copy or export it again.",
  });
}
