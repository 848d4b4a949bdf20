// Weights and inputs by formula, the same float32 bits as test/golden/models/hash_weights.py makes, so that the PyTorch
// goldens need not store a million weights. The formula is written out in test/golden/models/README.md.

/** What an entry of a ResNet's state dict is; decides its range. */
export type StateKind =
  | "conv.weight"
  | "norm.weight"
  | "norm.bias"
  | "linear.weight"
  | "linear.bias"
  | "running_mean"
  | "running_var"
  | "num_batches_tracked";

/** An entry of a state dict, without its values. */
export interface StateEntry {
  readonly name: string;
  readonly dims: readonly number[];
  readonly kind: StateKind;
}

const product = (dims: readonly number[]): number => dims.reduce((total, dim) => total * dim, 1);

/** `count` numbers in [0, 1), exact multiples of 2^-24, that depend on the name and the index alone. */
export function hashUniform(name: string, count: number): Float32Array {
  return hashed(name, count, (u) => u);
}

/** [...dims] in [-1, 1): 2u - 1. */
export function hashArray(name: string, dims: readonly number[]): Float32Array {
  return hashed(name, product(dims), symmetric(1));
}

/** An image [3, H, W] in [-2, 2), 4u - 2; or several, [N, 3, H, W], one per name. */
export function hashImages(names: readonly string[], height: number, width: number): Float32Array {
  const each = 3 * height * width;
  const images = new Float32Array(names.length * each);
  names.forEach((name, i) => {
    images.set(hashed(name, each, symmetric(2)), i * each);
  });
  return images;
}

/** The values of a state dict. `prefix` goes before each name in the hash: the teacher's weights have "teacher/". */
export function hashStateDict(
  entries: readonly StateEntry[],
  prefix = "",
): Map<string, { dims: readonly number[]; data: Float32Array }> {
  const state = new Map<string, { dims: readonly number[]; data: Float32Array }>();
  for (const { name, dims, kind } of entries)
    state.set(name, { dims, data: hashed(prefix + name, product(dims), ranges[kind](dims)) });
  return state;
}

const symmetric = (bound: number) => (u: number) => (2 * u - 1) * bound;

const ranges: Readonly<Record<StateKind, (dims: readonly number[]) => (u: number) => number>> = {
  // Variance 2 / fan-out, as Kaiming's for ReLU.
  "conv.weight": ([out, , height, width]) => symmetric(Math.sqrt(6 / (out! * height! * width!))),
  "linear.weight": () => symmetric(1 / 16),
  "linear.bias": () => symmetric(1 / 16),
  "norm.weight": () => (u) => 0.8 + 0.4 * u,
  "norm.bias": () => symmetric(0.1),
  running_mean: () => symmetric(0.1),
  running_var: () => (u) => 0.5 + u,
  num_batches_tracked: () => () => 0,
};

/** `value(u)` of each u, rounded to float32 once; a plain loop, since ResNet-34 has 21 million. */
function hashed(name: string, count: number, value: (u: number) => number): Float32Array {
  const seed = fnv1a(name);
  const numbers = new Float32Array(count);
  for (let k = 0; k < count; k++) numbers[k] = value((mix(seed ^ mix(k + 0x9e3779b9)) >>> 8) * 2 ** -24);
  return numbers;
}

/** FNV-1a over the UTF-8 bytes, 32 bits. */
function fnv1a(name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** "lowbias32" (Wellons 2018): every bit of the result depends on every bit of the argument. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
