// What a slide is called in the data set: the stem of its file name made safe for every file system, or a name without
// meaning, drawn from the file's bytes.
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import type { SourceFile } from "./source-files.ts";

const LONGEST = 80;

/** A file name's stem with only letters, digits, ".", "_" and "-" of ASCII; never empty, hidden or longer than 80. */
export function safeStem(path: string): string {
  const name = basename(path);
  return safe(name.replace(/(\.ome)?\.[a-z0-9]{1,8}$/i, ""));
}

function safe(text: string): string {
  const name = text
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .replaceAll(/[^A-Za-z0-9._-]+/g, "_")
    .replace(/^[._-]+/, "")
    .replace(/[._-]+$/, "")
    .slice(0, LONGEST);
  return name === "" ? "slide" : name;
}

/**
 * A name for each path: its stem, and where stems meet (in any case, as some file systems see them) the stem with a few
 * characters that depend on the whole path.
 */
export function readableNames(paths: readonly string[]): string[] {
  return apart(paths, paths.map(safeStem));
}

/** A name for each text that every file system takes; texts that differ have names that differ. */
export function safeNames(texts: readonly string[]): string[] {
  return apart(
    texts,
    texts.map((text) => safe(text)),
  );
}

function apart(texts: readonly string[], stems: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const stem of stems) counts.set(stem.toLowerCase(), (counts.get(stem.toLowerCase()) ?? 0) + 1);
  return stems.map((stem, i) =>
    counts.get(stem.toLowerCase()) === 1 ? stem : `${stem}-${shortHash(texts[i]!)}`,
  );
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

const SAMPLE = 1 << 20;

/**
 * A name without meaning, from sizes and the first and last MiB of the slide's files: the same bytes have the same name,
 * and the name cannot be guessed from a list of patients.
 */
export async function opaqueName(files: readonly SourceFile[]): Promise<string> {
  const hash = createHash("sha256");
  for (const { path, bytes } of files) {
    hash.update(`${bytes}\n`);
    const handle = await open(path, "r");
    try {
      const buffer = new Uint8Array(Math.min(SAMPLE, bytes));
      for (const position of [0, Math.max(0, bytes - SAMPLE)]) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, position);
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  }
  return `s${hash.digest("hex").slice(0, 12)}`;
}
