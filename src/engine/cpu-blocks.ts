// Which blocked layout ONNX Runtime's kernels have on this processor. It follows from the vector instructions there are, and
// ONNX Runtime does not tell: a tiny graph finds out.
import { encodeBlockProbe, type LoweringTarget } from "../graph/index.ts";
import { Session } from "./session.ts";

let known: Promise<number | undefined> | undefined;

/** Channels in a block (16 with AVX-512, else 8 or 4), or undefined where there is no such layout. Asked once a process. */
export function blockSize(): Promise<number | undefined> {
  known ??= probe();
  return known;
}

/** What graphs for this processor are lowered for. */
export async function cpuTarget(): Promise<LoweringTarget> {
  const block = await blockSize();
  return { device: "cpu", ...(block === undefined ? {} : { block }) };
}

async function probe(): Promise<number | undefined> {
  // Loading fails where the operators do not exist.
  const session = await Session.create(encodeBlockProbe()).catch(() => undefined);
  if (session === undefined) return undefined;
  const map = { dims: [1, 64, 1, 2], data: Float32Array.from({ length: 128 }, (_, i) => i) };
  const { blocked } = await session.run({ map });
  await session.release();
  return (blocked!.data as Float32Array).indexOf(1);
}
