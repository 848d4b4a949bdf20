// Compressed tiles and their headers, each alone: JPEG, JPEG 2000, LZW, PackBits, deflate.
import { deflateSync } from "node:zlib";
import {
  decodeLzw,
  decodePackBits,
  inflatePortable,
  readJpeg2000Header,
  readJpegHeader,
} from "../../src/codec/index.ts";
import { inflateZlib } from "../../src/machine/index.ts";
import {
  decoders,
  jpeg2000Samples,
  jpegSamples,
  projectFile,
  type Sample,
  sampleNamed,
} from "../codec/samples.ts";
import type { FuzzTarget } from "./target.ts";

const jpeg = (name: string): FuzzTarget => decoding("JPEG", sampleNamed(jpegSamples(), name));
const jpeg2000 = (name: string): FuzzTarget => decoding("JPEG 2000", sampleNamed(jpeg2000Samples(), name));

function decoding(kind: "JPEG" | "JPEG 2000", { name, tile }: Sample): FuzzTarget {
  const decoder = kind === "JPEG" ? decoders.jpeg : decoders.jpeg2000;
  const header = kind === "JPEG" ? readJpegHeader(tile.data, name).scanOffset : 150;
  return {
    name: `${kind} stream, ${name}`,
    original: () => tile.data,
    header,
    parse: (data) => decoder.decode({ ...tile, data }),
  };
}

const plain = Uint8Array.from({ length: 6000 }, (_, i) => (i * i) >> 7);
const deflated = () => new Uint8Array(deflateSync(plain));

export const CODEC_TARGETS: readonly FuzzTarget[] = [
  {
    name: "JPEG header",
    original: () => sampleNamed(jpegSamples(), "4:2:0 17 x 33").tile.data,
    header: 512,
    parse: (bytes) => readJpegHeader(bytes, "x"),
  },
  jpeg("4:2:0 67 x 53"),
  jpeg("4:4:4 61 x 47, progressive"),
  jpeg("4:2:2 50 x 50, restarts"),
  {
    name: "JPEG 2000 header",
    original: () => sampleNamed(jpeg2000Samples(), "four tiles").tile.data,
    header: 150,
    parse: (bytes) => readJpeg2000Header(bytes, "x"),
  },
  jpeg2000("irreversible 67 x 53"),
  jpeg2000("three layers, RPCL, small precincts"),
  {
    name: "LZW",
    original: lzwStrip,
    header: 512,
    parse: (bytes) => decodeLzw(bytes, 61 * 47 * 3, "x"),
  },
  {
    name: "PackBits",
    original: () => new Uint8Array(Array.from({ length: 100 }, (_, i) => [0xfd, i, 2, i, i + 1, 7]).flat()),
    header: 512,
    parse: (bytes) => decodePackBits(bytes, 700, "x"),
  },
  {
    name: "deflate, by zlib",
    original: deflated,
    header: 64,
    parse: (bytes) => inflateZlib(bytes, plain.length, "x"),
  },
  {
    name: "deflate, portable",
    original: deflated,
    header: 64,
    parse: (bytes) => inflatePortable(bytes, plain.length, "x"),
  },
];

function lzwStrip(): Uint8Array {
  const text = new TextDecoder().decode(projectFile("test/golden/codec/tiff.json"));
  const { cases } = JSON.parse(text) as { readonly cases: readonly { name: string; strip: string }[] };
  const { strip } = cases.find(({ name }) => name === "lzw, predictor 2, RGB")!;
  return new Uint8Array(Buffer.from(strip, "base64"));
}
