// JSON from outside, read value by value: each is checked where it is taken, and an error names its place.
import { fail } from "../base/index.ts";

/** Longest text that is parsed, in characters: a text of this many tiles is no one's. */
export const LONGEST_TEXT = 400_000_000;

/** One value of a JSON file and its place in it. */
export class CheckedJson {
  constructor(
    private readonly value: unknown,
    readonly file: string,
    readonly path = "",
  ) {}

  /**
   * The whole of a text.
   *
   * @throws LowmagError `corrupt-data`.
   */
  static parse(text: string, file: string): CheckedJson {
    if (text.length > LONGEST_TEXT)
      throw wrong(file, `at most ${LONGEST_TEXT / 1e6} million characters`, `${text.length}`);
    try {
      return new CheckedJson(JSON.parse(text) as unknown, file);
    } catch (cause) {
      throw wrong(file, "JSON", (cause as Error).message, cause);
    }
  }

  /** An own property of an object; a missing one is `undefined` and fails when it is read. */
  key(name: string): CheckedJson {
    const { value } = this;
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw this.wrong("an object");
    const path = this.path === "" ? name : `${this.path}.${name}`;
    return new CheckedJson(
      Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined,
      this.file,
      path,
    );
  }

  /** A finite number within limits. */
  number(least = -1e12, most = 1e12): number {
    const { value } = this;
    if (typeof value === "number" && value >= least && value <= most) return value;
    throw this.wrong(`a number from ${least} to ${most}`);
  }

  /** A whole number within limits. */
  whole(least: number, most: number): number {
    const { value } = this;
    if (Number.isSafeInteger(value)) return this.number(least, most);
    throw this.wrong(`a whole number from ${least} to ${most}`);
  }

  /** A text of at most so many characters. */
  text(longest = 1000): string {
    const { value } = this;
    if (typeof value === "string" && value.length <= longest) return value;
    throw this.wrong(`a text of at most ${longest} characters`);
  }

  flag(): boolean {
    if (typeof this.value === "boolean") return this.value;
    throw this.wrong("true or false");
  }

  /** One of some words. */
  word<W extends string>(words: readonly W[]): W {
    const found = words.find((word) => word === this.value);
    if (found !== undefined) return found;
    throw this.wrong(words.map((word) => `"${word}"`).join(" or "));
  }

  /** A list of at most so many values. */
  list<T>(most: number, read: (item: CheckedJson) => T): T[] {
    const { value } = this;
    if (!Array.isArray(value) || value.length > most) throw this.wrong(`a list of at most ${most}`);
    return value.map((item: unknown, i) => read(new CheckedJson(item, this.file, `${this.path}[${i}]`)));
  }

  /** A list of numbers, read without a place for each: outlines have many. */
  numbers(most: number, least = -1e12, largest = 1e12): number[] {
    const { value } = this;
    const good = (n: unknown) => typeof n === "number" && n >= least && n <= largest;
    if (Array.isArray(value) && value.length <= most && value.every(good)) return value as number[];
    throw this.wrong(`a list of at most ${most} numbers from ${least} to ${largest}`);
  }

  orNull<T>(read: (value: CheckedJson) => T): T | null {
    return this.value === null ? null : read(this);
  }

  /** The value as it is, for a reader that checks it itself. */
  get unchecked(): unknown {
    return this.value;
  }

  /** The error that says what should stand here. */
  wrong(expected: string): Error {
    const { value } = this;
    const got = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value);
    return wrong(`${this.file}, \`${this.path}\``, expected, got.length > 60 ? `${got.slice(0, 60)} …` : got);
  }
}

function wrong(where: string, expected: string, got: string, cause?: unknown): Error {
  return fail("corrupt-data", {
    where,
    expected,
    got,
    fix: "The file was not written by lowmag, or was changed or cut off since: classify the slide again.",
    cause,
  });
}
