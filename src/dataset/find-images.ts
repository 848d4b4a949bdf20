// Finds image files below a folder, in an order that does not depend on the file system.
import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { fail } from "../base/index.ts";
import { IMAGE_EXTENSIONS } from "../image/index.ts";

/** Order of names as people count: "tile 2" before "tile 10"; the same on every machine and in every locale. */
export function naturalOrder(first: string, second: string): number {
  const a = first.split(/(\d+)/);
  const b = second.split(/(\d+)/);
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    // Odd parts are digits. Equal numbers written differently (7, 007) fall back to the text.
    const byNumber = i % 2 === 1 ? compareDigits(a[i]!, b[i]!) : 0;
    if (byNumber !== 0) return byNumber;
    if (a[i]! !== b[i]!) return a[i]! < b[i]! ? -1 : 1;
  }
  return a.length - b.length;
}

/** Compares whole numbers of any length without rounding. */
function compareDigits(first: string, second: string): number {
  const a = first.replace(/^0+/, "");
  const b = second.replace(/^0+/, "");
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** What a folder holds, apart from hidden files (names that begin with a dot or `__MACOSX`). */
export interface FolderContent {
  /** Names of folders, in natural order. */
  readonly folders: readonly string[];
  /** Names of files that end like an image, in natural order. */
  readonly images: readonly string[];
  /** Names of all other files, in natural order. */
  readonly others: readonly string[];
}

/** Lists a folder; links are followed. Throws `not-found` when it is not a folder that can be read. */
export async function listFolder(folder: string): Promise<FolderContent> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    throw fail("not-found", {
      where: folder,
      expected: "a folder of images or a manifest (.csv)",
      got: error.code === "ENOENT" ? "nothing there" : error.code === "ENOTDIR" ? "a file" : `${error.code}`,
      cause: error,
    });
  });
  const folders: string[] = [];
  const images: string[] = [];
  const others: string[] = [];
  for (const name of names.filter((entry) => !entry.startsWith(".") && entry !== "__MACOSX")) {
    const kind = await stat(join(folder, name)).catch(() => null); // a dangling link is no image
    if (kind?.isDirectory()) folders.push(name);
    else if (kind?.isFile())
      (IMAGE_EXTENSIONS.includes(extname(name).toLowerCase()) ? images : others).push(name);
  }
  return {
    folders: folders.sort(naturalOrder),
    images: images.sort(naturalOrder),
    others: others.sort(naturalOrder),
  };
}

/** Paths, relative to `folder` with "/" between, of all images in it and in its folders at any depth. */
export async function findImages(folder: string): Promise<string[]> {
  return await walk(folder, "", new Set());
}

async function walk(folder: string, prefix: string, visited: Set<string>): Promise<string[]> {
  const real = await realpath(folder).catch(() => folder);
  if (visited.has(real)) return []; // a link back up
  visited.add(real);
  const { folders, images } = await listFolder(folder);
  const found = images.map((name) => `${prefix}${name}`);
  for (const name of folders) found.push(...(await walk(join(folder, name), `${prefix}${name}/`, visited)));
  return found;
}
