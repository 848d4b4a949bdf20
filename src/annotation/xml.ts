// Strict, streaming XML for annotation files: elements and attributes, nothing else. A document type declaration is
// refused before anything in it is looked at, so there are no entities to expand and nothing is fetched.
import { SaxesParser } from "saxes";
import { fail } from "../base/index.ts";
import { ANNOTATION_LIMITS, beyondLimit } from "./limits.ts";

/** Attributes by name; the object has no prototype. */
export type Attributes = Readonly<Record<string, string>>;

/** Receives the elements in order. */
export interface XmlListener {
  /** `depth` is 0 for the root. */
  open(name: string, attributes: Attributes, depth: number): void;
  close(name: string): void;
}

/**
 * Reads a document.
 *
 * @param where the file, for errors; they name the line.
 * @throws LowmagError `corrupt-data` for XML that is not well-formed, has a document type declaration, or goes beyond the
 *   limits of depth or attributes.
 */
export function readXml(text: string, where: string, listener: XmlListener): void {
  const parser = new SaxesParser({ xmlns: false, position: true });
  const at = () => `${where} line ${parser.line}`;
  let depth = 0;
  let attributes = 0;
  parser.on("error", (error) => {
    throw notWellFormed(at(), error);
  });
  parser.on("doctype", () => {
    throw doctype(at());
  });
  parser.on("opentagstart", () => {
    attributes = 0;
    if (depth >= ANNOTATION_LIMITS.depth)
      throw beyondLimit(at(), ANNOTATION_LIMITS.depth, "elements within one another");
  });
  parser.on("attribute", () => {
    if (++attributes > ANNOTATION_LIMITS.attributes)
      throw beyondLimit(at(), ANNOTATION_LIMITS.attributes, "attributes of an element");
  });
  parser.on("opentag", (tag) => listener.open(tag.name, tag.attributes, depth++));
  parser.on("closetag", (tag) => {
    depth--;
    listener.close(tag.name);
  });
  parser.write(text).close();
}

/** The name of the first element, or `null`; looks at the beginning only. */
export function rootElement(text: string): string | null {
  const start = text.slice(0, 64 * 1024).replace(/<\?[\s\S]*?\?>|<!--[\s\S]*?-->/g, "");
  return /^\s*<([A-Za-z_][\w.-]*)/.exec(start)?.[1] ?? null;
}

/** A number as a program writes it; NaN for anything else, also for a missing attribute. */
export function numberOf(text: string | undefined): number {
  return text !== undefined && /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(text)
    ? Number(text)
    : Number.NaN;
}

function notWellFormed(where: string, cause: Error): Error {
  return fail("corrupt-data", {
    where,
    expected: "well-formed XML",
    got: cause.message.replace(/^[^:]*\d+:\d+: /, "").replace(/\.$/, ""),
    fix: "The file may be truncated: export it again.",
    cause,
  });
}

function doctype(where: string): Error {
  return fail("corrupt-data", {
    where,
    expected: "XML without a document type declaration",
    got: "a <!DOCTYPE>",
    fix: "No annotation program writes one. Remove it if you trust the file.",
  });
}
