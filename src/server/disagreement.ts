// How far models disagree on a slide: the largest total variation distance between two answers over the same classes.

/** One model's answer, by class. */
export interface Opinion {
  readonly classes: readonly string[];
  readonly probabilities: readonly number[];
}

/** From 0 to 1; `null` where no two answers are over classes of the same names. */
export function disagreementOf(opinions: readonly Opinion[]): number | null {
  let largest: number | null = null;
  for (const [i, first] of opinions.entries())
    for (const second of opinions.slice(i + 1)) {
      const distance = totalVariation(first, second);
      if (distance !== null) largest = Math.max(largest ?? 0, distance);
    }
  return largest;
}

/** Half the sum of the differences; `null` where the classes differ. */
function totalVariation(first: Opinion, second: Opinion): number | null {
  const other = new Map(second.classes.map((name, k) => [name, second.probabilities[k] ?? 0]));
  if (other.size !== first.classes.length || !first.classes.every((name) => other.has(name))) return null;
  const sum = first.classes.reduce(
    (total, name, k) => total + Math.abs((first.probabilities[k] ?? 0) - other.get(name)!),
    0,
  );
  return Math.min(1, sum / 2);
}
