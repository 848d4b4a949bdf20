// A long list of numbers in a file (tile offsets, byte counts), read a page at a time: a slide of millions of tiles
// opens at once, and an open slide keeps a few pages only.
import { fail } from "../../base/index.ts";

/** Numbers per page, and pages kept: 32 x 16,384 numbers are 4 MB. */
const PAGE = 16_384;
const PAGES = 32;

/** Random access to numbers that stay in the file. */
export class NumberTable {
  readonly #pages = new Map<number, Float64Array>();
  #last: Float64Array | undefined;
  #lastPage = -1;

  constructor(
    readonly length: number,
    /** Reads numbers `first` to `first + count`. */
    private readonly readPage: (first: number, count: number) => Float64Array | Promise<Float64Array>,
    private readonly where: string,
  ) {}

  /** The number at `index`; a promise only when its page has to be waited for. */
  at(index: number): number | Promise<number> {
    if (!(index >= 0 && index < this.length)) throw this.#missing(index);
    const page = Math.floor(index / PAGE);
    if (page === this.#lastPage) return this.#last![index - page * PAGE]!;
    const known = this.#pages.get(page);
    if (known !== undefined) return this.#keep(page, known)[index - page * PAGE]!;
    const first = page * PAGE;
    const values = this.readPage(first, Math.min(PAGE, this.length - first));
    if (values instanceof Promise) return values.then((loaded) => this.#keep(page, loaded)[index - first]!);
    return this.#keep(page, values)[index - first]!;
  }

  /** Marks a page as the one used last, and forgets the one unused longest. */
  #keep(page: number, values: Float64Array): Float64Array {
    this.#pages.delete(page);
    this.#pages.set(page, values);
    if (this.#pages.size > PAGES) this.#pages.delete(this.#pages.keys().next().value!);
    this.#last = values;
    this.#lastPage = page;
    return values;
  }

  #missing(index: number): Error {
    return fail("corrupt-data", {
      where: this.where,
      expected: `a number at ${index}`,
      got: `${this.length} numbers`,
      fix: "The file is damaged. Copy or export it again.",
    });
  }
}
