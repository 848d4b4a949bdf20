// The allow-list's guard: of what a file says, only technical values that look like what they claim to be are passed on.
// Names, dates, identifiers and free text never are.

/** A plain number, as files write them. */
const NUMBER = /^[-+]?\d{1,12}([.,]\d{1,12})?([eE][-+]?\d{1,3})?$/;
/** A product or a version: a few words without a date's or a name's punctuation. */
const PRODUCT = /^[\w .()+-]{1,48}$/;

/** Collects properties under a prefix: "aperio.MPP". */
export class AllowedProperties {
  readonly #values: Record<string, string> = {};

  constructor(private readonly prefix: string) {}

  /** Adds a number, if it is one. */
  number(name: string, value: string | undefined): void {
    if (value !== undefined && NUMBER.test(value.trim()))
      this.#values[`${this.prefix}.${name}`] = value.trim();
  }

  /** Adds the name of a product or a version, if it looks like one. */
  product(name: string, value: string | undefined): void {
    if (value !== undefined && PRODUCT.test(value.trim()))
      this.#values[`${this.prefix}.${name}`] = value.trim();
  }

  get all(): Readonly<Record<string, string>> {
    return { ...this.#values };
  }
}
