// XML as slides carry it, read strictly: no document types, so no entities beyond the five; bounded in length, depth and
// number of elements.
import { type SaxesAttributePlain, SaxesParser } from "saxes";
import { fail } from "../base/index.ts";

/** An element with what is in it. Names are without their prefix. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

/** Limits that no slide's description comes near. */
const LIMITS = { characters: 12 * 2 ** 20, depth: 64, elements: 300_000, attributes: 256 } as const;

/** Characters handed over at a time. */
const CHUNK = 65_536;

interface OpenElement {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: OpenElement[];
  text: string;
}

/**
 * Reads a document.
 *
 * @param where for errors: the file and the place of the text in it.
 * @throws LowmagError `corrupt-data` for text that is not well-formed, has a document type, or passes a limit.
 */
export function readXml(text: string, where: string): XmlElement {
  if (text.length > LIMITS.characters) throw bad(where, `${text.length} characters`);
  const parser = new SaxesParser({ xmlns: false, position: false });
  const root: OpenElement = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  let elements = 0;
  parser.on("error", (error) => {
    throw bad(where, error.message);
  });
  parser.on("doctype", () => {
    throw bad(where, "a document type");
  });
  let attributes = 0;
  parser.on("attribute", () => {
    attributes += 1;
    if (attributes > LIMITS.attributes) throw bad(where, `more than ${LIMITS.attributes} attributes`);
  });
  parser.on("opentag", (tag) => {
    attributes = 0;
    elements += 1;
    if (elements > LIMITS.elements) throw bad(where, `more than ${LIMITS.elements} elements`);
    if (open.length > LIMITS.depth) throw bad(where, `elements more than ${LIMITS.depth} deep`);
    const element = { name: localName(tag.name), attributes: named(tag.attributes), children: [], text: "" };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  const append = (part: string): void => {
    open.at(-1)!.text += part;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    open.pop();
  });
  for (let at = 0; at < text.length; at += CHUNK) parser.write(text.slice(at, at + CHUNK));
  parser.close();
  return root.children[0] ?? root;
}

/** All elements of a name below (and including) an element, in the order of the document. */
export function elementsOf(root: XmlElement, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  const waiting = [root];
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    if (element.name === name) found.push(element);
    for (let k = element.children.length - 1; k >= 0; k--) waiting.push(element.children[k]!);
  }
  return found;
}

/** A number in an attribute or text, or `null` when there is none. */
export function xmlNumber(text: string | undefined): number | null {
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function named(attributes: Readonly<Record<string, SaxesAttributePlain | string>>): Record<string, string> {
  const plain: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(attributes))
    plain[localName(name)] = typeof value === "string" ? value : value.value;
  return plain;
}

function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}

function bad(where: string, got: string): Error {
  return fail("corrupt-data", {
    where,
    expected: "well-formed XML without a document type",
    got: got.slice(0, 200),
    fix: "The description in the file is damaged. Copy or export the slide again.",
  });
}
