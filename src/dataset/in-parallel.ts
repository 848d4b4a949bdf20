// Work on many items at once, on one thread: while one waits for a disk or a decoder, others go on.

/**
 * Does `work` for every item, `lanes` at a time, and gives the results in the order of the items.
 *
 * @throws the first error; items not yet begun are left alone then.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  lanes: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async () => {
    try {
      for (let i = next++; i < items.length; i = next++) results[i] = await work(items[i]!, i);
    } catch (error) {
      next = items.length;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}
