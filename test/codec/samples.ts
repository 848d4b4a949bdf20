// The streams of test/golden/codec as tiles, with the hash of the pixels that an independent decoder made of them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  type CompressedTile,
  compileDecoders,
  createDecoders,
  type StatedColour,
} from "../../src/codec/index.ts";

/** One stream with its known pixels. */
export interface Sample {
  readonly name: string;
  readonly tile: CompressedTile;
  /** SHA-256 of the RGB, hexadecimal. */
  readonly sha256: string;
}

interface GoldenCase {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colour: StatedColour;
  readonly jpeg?: string;
  readonly jpeg2000?: string;
  readonly sha256: string;
}

/** The bytes of a file of the project. */
export function projectFile(path: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../${path}`, import.meta.url)));
}

/** The portable decoders, from the committed module. */
export const decoders = createDecoders(compileDecoders(projectFile("wasm/decoders.wasm")));

export const jpegSamples = (): readonly Sample[] => samples("jpeg");
export const jpeg2000Samples = (): readonly Sample[] => samples("jpeg2000");

/** One sample by name. */
export function sampleNamed(all: readonly Sample[], name: string): Sample {
  const found = all.find((sample) => sample.name === name);
  if (found === undefined) throw new Error(`no sample named ${name}`);
  return found;
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The part of the RGB of a whole tile inside a window. */
export function part(
  rgb: Uint8Array,
  tileWidth: number,
  window: { left: number; top: number; width: number; height: number },
): Uint8Array {
  const out = new Uint8Array(3 * window.width * window.height);
  for (let y = 0; y < window.height; y++) {
    const from = 3 * ((window.top + y) * tileWidth + window.left);
    out.set(rgb.subarray(from, from + 3 * window.width), 3 * y * window.width);
  }
  return out;
}

function samples(kind: "jpeg" | "jpeg2000"): Sample[] {
  const text = new TextDecoder().decode(projectFile(`test/golden/codec/${kind}.json`));
  const { cases } = JSON.parse(text) as { readonly cases: readonly GoldenCase[] };
  return cases.map(({ name, width, height, colour, sha256: hash, ...streams }) => {
    const data = new Uint8Array(Buffer.from(streams[kind] ?? "", "base64"));
    return { name, sha256: hash, tile: { data, width, height, colour, where: name } };
  });
}
