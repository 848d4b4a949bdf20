// The frame header of a JPEG stream: which kind of JPEG, how large, which components. Only what is read passes.
import { fail } from "../base/index.ts";
import { damaged } from "./damaged.ts";
import type { Segment } from "./jpeg-markers.ts";

/** One component of the frame. */
export interface JpegComponent {
  /** As the stream numbers it: 1, 2, 3 in JFIF; "R", "G", "B" as numbers in some. */
  readonly id: number;
  /** Sampling factors, 1 to 4. */
  readonly horizontal: number;
  readonly vertical: number;
  readonly quantisation: number;
}

/** The processes that are read, by the number of their frame marker. */
const PROCESSES: Readonly<Record<number, JpegProcess>> = {
  192: "baseline",
  193: "extended",
  194: "progressive",
};

/** Ways of coding that are read. */
export type JpegProcess = "baseline" | "extended" | "progressive";

/** What the frame header says. */
export interface JpegFrame {
  readonly segment: Segment;
  readonly process: JpegProcess;
  readonly width: number;
  readonly height: number;
  readonly components: readonly JpegComponent[];
}

/** SOF0 … SOF15 without DHT, JPG and DAC, which lie among them. */
export function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/**
 * Reads a frame header.
 *
 * @throws LowmagError `corrupt-data`, `unsupported-format`.
 */
export function readFrame(segment: Segment, where: string): JpegFrame {
  const { marker, payload } = segment;
  const process = PROCESSES[marker];
  if (process === undefined)
    throw unsupported(
      where,
      `a JPEG of another kind (SOF${marker - 0xc0}: lossless, hierarchical or arithmetic)`,
    );
  if (payload.length < 6) throw damaged(where, "a whole frame header", `${payload.length} bytes of it`);
  const [precision, count] = [payload[0]!, payload[5]!];
  if (precision !== 8) throw unsupported(where, `a JPEG of ${precision} bits per sample`);
  if (count !== 1 && count !== 3) throw unsupported(where, `a JPEG of ${count} components`);
  if (payload.length !== 6 + 3 * count)
    throw damaged(where, `a frame header of ${6 + 3 * count} bytes`, `${payload.length}`);
  const components = Array.from({ length: count }, (_, i) => readComponent(payload, 6 + 3 * i, where));
  checkSampling(components, where);
  const [height, width] = [(payload[1]! << 8) | payload[2]!, (payload[3]! << 8) | payload[4]!];
  return { segment, process, width, height, components };
}

function readComponent(payload: Uint8Array, at: number, where: string): JpegComponent {
  const factors = payload[at + 1]!;
  const [horizontal, vertical] = [factors >> 4, factors & 15];
  if (horizontal < 1 || horizontal > 4 || vertical < 1 || vertical > 4)
    throw damaged(where, "sampling factors of 1 to 4", `${horizontal} x ${vertical}`);
  return { id: payload[at]!, horizontal, vertical, quantisation: payload[at + 2]! };
}

function checkSampling(components: readonly JpegComponent[], where: string): void {
  const widest = Math.max(...components.map(({ horizontal }) => horizontal));
  const highest = Math.max(...components.map(({ vertical }) => vertical));
  for (const { horizontal, vertical } of components)
    if (widest % horizontal !== 0 || highest % vertical !== 0)
      throw unsupported(
        where,
        `components sampled ${horizontal} x ${vertical} beside ${widest} x ${highest}`,
      );
  if (new Set(components.map(({ id }) => id)).size !== components.length)
    throw damaged(where, "components of different numbers", "one number twice");
}

function unsupported(where: string, got: string) {
  return fail("unsupported-format", {
    where,
    expected: "an 8-bit JPEG, baseline or progressive, of one or three components",
    got,
    fix: "Convert the slide, for example with `vips tiffsave --tile --pyramid --compression jpeg`.",
  });
}
