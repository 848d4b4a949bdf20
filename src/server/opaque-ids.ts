// Names without meaning for what may be asked for. An id is a keyed hash of a path: the same path has the same id as long
// as the key is kept (so links survive a restart), and without the key nobody can try a list of patients against it.
import { createHmac, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomically } from "../machine/index.ts";

const KEY_BYTES = 32;
const ID_DIGITS = 20;

/** What every id looks like: 80 bits in hex. */
export const OPAQUE_ID = /^[0-9a-f]{20}$/;

/** Makes ids from texts that must not be told. */
export class OpaqueIds {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** The id of a text of a kind; texts of different kinds never share one. */
  of(kind: "slide" | "model" | "state", text: string): string {
    return createHmac("sha256", this.#key).update(`${kind}\n${text}`).digest("hex").slice(0, ID_DIGITS);
  }
}

/** A key that nobody keeps. */
export function passingKey(): Uint8Array {
  return randomBytes(KEY_BYTES);
}

/**
 * The key of this installation, made when first asked for and readable by its owner alone.
 *
 * @param folder the user's cache folder.
 * @returns a passing key where the folder cannot be written: links then end with the server.
 */
export async function keptKey(folder: string): Promise<{ key: Uint8Array; kept: boolean }> {
  const path = join(folder, "serve.key");
  const there = await readKey(path);
  if (there !== null) return { key: there, kept: true };
  const key = passingKey();
  try {
    await writeFileAtomically(path, key, true, 0o600);
  } catch {
    return { key, kept: false };
  }
  // Another server may have written its own a moment earlier or later: the one in the file is everybody's.
  return { key: (await readKey(path)) ?? key, kept: true };
}

async function readKey(path: string): Promise<Uint8Array | null> {
  const bytes = await readFile(path).catch(() => null);
  return bytes !== null && bytes.length === KEY_BYTES ? bytes : null;
}
