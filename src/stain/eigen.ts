// Eigenvectors of a symmetric 3 x 3 matrix by Jacobi rotations, largest eigenvalue first.
import type { Triple } from "./types.ts";

/**
 * Unit eigenvectors in the order of falling eigenvalues; each with a positive sum of its parts.
 *
 * @param matrix rows of a symmetric matrix.
 */
export function eigenvectors(matrix: readonly Triple[]): readonly [Triple, Triple, Triple] {
  const a = matrix.map((row) => [...row]);
  const v = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  // Convergence is quadratic: a dozen sweeps are far more than a 3 x 3 matrix needs.
  for (let sweep = 0; sweep < 12; sweep++) for (const [p, q] of PAIRS) rotate(a, v, p, q);
  const order = [0, 1, 2].sort((i, j) => a[j]![j]! - a[i]![i]!);
  const vector = (k: number): Triple => {
    const parts: Triple = [v[0]![order[k]!]!, v[1]![order[k]!]!, v[2]![order[k]!]!];
    const sign = parts[0] + parts[1] + parts[2] < 0 ? -1 : 1;
    return [sign * parts[0], sign * parts[1], sign * parts[2]];
  };
  return [vector(0), vector(1), vector(2)];
}

const PAIRS = [
  [0, 1],
  [0, 2],
  [1, 2],
] as const;

/** Makes a[p][q] zero, and carries the rotation into v. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const off = a[p]![q]!;
  if (off === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < 3; k++) turn(a[k]!, p, q, c, s);
  const [rowP, rowQ] = [[...a[p]!], [...a[q]!]];
  for (let k = 0; k < 3; k++) {
    a[p]![k] = c * rowP[k]! - s * rowQ[k]!;
    a[q]![k] = s * rowP[k]! + c * rowQ[k]!;
    turn(v[k]!, p, q, c, s);
  }
}

function turn(row: number[], p: number, q: number, c: number, s: number): void {
  const before = row[p]!;
  row[p] = c * before - s * row[q]!;
  row[q] = s * before + c * row[q]!;
}
