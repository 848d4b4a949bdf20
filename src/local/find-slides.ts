// Finds slides by files, folders and globs: every slide once, in an order that people expect ("s2" before "s10").
import { existsSync, readdirSync, type Stats, statSync } from "node:fs";
import { dirname, extname, join, resolve, sep } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { fail } from "../base/index.ts";
import { isDicomFile, seriesIn } from "./dicom-files.ts";
import { unreadable } from "./file-source.ts";

/** Endings by which slides are found in folders; what they are is decided by their content when they are opened. */
export const SLIDE_EXTENSIONS: readonly string[] = [
  ...[".svs", ".tif", ".tiff", ".btf", ".tf8", ".ndpi", ".scn", ".bif", ".qptiff", ".dzi", ".dcm", ".dicom"],
  // Read where OpenSlide is installed.
  ...[".mrxs", ".vms", ".vmu", ".svslide"],
];

/** Endings of DICOM files, of which several can be one slide. */
const DICOM: readonly string[] = [".dcm", ".dicom"];
const MOST_SLIDES = 1_000_000;

/**
 * The slides that files, folders and globs name, as absolute paths in natural order, each once. In folders (and below
 * them) files count by their ending, Deep Zoom images by their `.dzi`, and a folder of DICOM files as one slide, or, where
 * it holds several series, as the first file of each; a file that is named counts whatever it is called.
 *
 * @throws LowmagError `not-found` for a pattern that names nothing.
 */
export async function findSlides(patterns: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const before = found.size;
    const named = await slidesOf(pattern);
    for (const path of named) found.add(path);
    if (named.length === 0 && found.size === before) throw nothing(pattern);
    if (found.size > MOST_SLIDES) throw nothing(pattern, `more than ${MOST_SLIDES} slides`);
  }
  const order = new Intl.Collator("en", { numeric: true });
  return [...found].sort((a, b) => order.compare(a, b) || (a < b ? -1 : 1));
}

async function slidesOf(pattern: string): Promise<string[]> {
  const facts = factsOf(pattern);
  if (facts !== null) return facts.isDirectory() ? slidesBelow(resolve(pattern)) : [resolve(pattern)];
  if (!isDynamicPattern(pattern)) throw unreadable(pattern, { code: "ENOENT" });
  const matches = await glob(sep === "/" ? pattern : pattern.replaceAll(sep, "/"), {
    absolute: true,
    onlyFiles: false,
    expandDirectories: false,
    followSymbolicLinks: false,
  });
  const ending = /\.[^./\\*]+$/.test(pattern);
  const slides: string[] = [];
  for (const path of matches) slides.push(...(await slidesOfMatch(resolve(path), ending)));
  return await gatherDicom(slides);
}

/**
 * A folder that a glob names stands for what is in it; a file counts by its ending unless the glob says the ending; tiles
 * of Deep Zoom images are no slides.
 */
async function slidesOfMatch(path: string, anyEnding: boolean): Promise<string[]> {
  if (isTile(path)) return [];
  const facts = factsOf(path);
  if (facts === null) return [];
  if (facts.isDirectory()) return slidesBelow(path);
  return anyEnding || isSlideName(path) ? [path] : [];
}

/** True for the folder of tiles of a Deep Zoom image and for all below it. */
function isTile(path: string): boolean {
  const names = path.split(sep);
  return names.some((name, depth) => {
    const folder = names.slice(0, depth + 1).join(sep);
    return name.endsWith("_files") && existsSync(folder.replace(/_files$/, ".dzi"));
  });
}

function factsOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    if (isDynamicPattern(path)) return null;
    throw unreadable(path, error);
  }
}

/** Walks folders without following links to folders, so that the walk ends. */
async function slidesBelow(folder: string): Promise<string[]> {
  const slides: string[] = [];
  const waiting = [folder];
  for (let current = waiting.pop(); current !== undefined; current = waiting.pop()) {
    const inside = lookInto(current);
    slides.push(...inside.slides);
    waiting.push(...inside.folders);
  }
  return await gatherDicom(slides);
}

function lookInto(folder: string): { slides: string[]; folders: string[] } {
  const entries = readFolder(folder);
  const names = new Set(entries.map(({ name }) => name));
  const inside = (name: string) => join(folder, name);
  const folders = entries.filter((entry) => entry.isDirectory() && !isCompanion(entry.name, names));
  const files = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const slides = files.filter(isSlideName).map(inside).filter(isFile);
  // DICOM files often have no ending at all.
  const [plain] = files.filter((name) => extname(name) === "");
  if (plain !== undefined && isDicomFile(inside(plain))) slides.push(folder);
  return { slides, folders: folders.map(({ name }) => inside(name)) };
}

function readFolder(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));
  } catch (error) {
    throw unreadable(folder, error);
  }
}

/** The folder that belongs to a file beside it: `x_files` of `x.dzi`, `x` of `x.mrxs` and the like. */
function isCompanion(folder: string, names: ReadonlySet<string>): boolean {
  if (names.has(`${folder.replace(/_files$/, "")}.dzi`) && folder.endsWith("_files")) return true;
  return names.has(`${folder}.mrxs`);
}

function isSlideName(name: string): boolean {
  return SLIDE_EXTENSIONS.includes(extname(name).toLowerCase());
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false; // a link to nothing
  }
}

/** Several DICOM files of one folder are one slide, the folder, or one slide for each series. */
async function gatherDicom(paths: readonly string[]): Promise<string[]> {
  const isDicomName = (path: string) => DICOM.includes(extname(path).toLowerCase());
  const folders = new Map<string, string[]>();
  for (const path of paths.filter(isDicomName))
    folders.set(dirname(path), [...(folders.get(dirname(path)) ?? []), path]);
  const gathered = paths.filter((path) => !isDicomName(path));
  for (const [folder, files] of folders) gathered.push(...(await slidesOfSeries(folder, files)));
  return gathered;
}

async function slidesOfSeries(folder: string, files: readonly string[]): Promise<readonly string[]> {
  if (files.length === 1) return files;
  const series = await seriesIn(files);
  if (new Set(series.values()).size <= 1) return [folder];
  const first = new Map([...series].toReversed().map(([file, stated]) => [stated, file]));
  return files.filter((file) => !series.has(file) || first.get(series.get(file)!) === file);
}

function nothing(pattern: string, got = "none"): Error {
  return fail("not-found", {
    where: pattern,
    expected: `slides (${SLIDE_EXTENSIONS.join(" ")})`,
    got,
    fix: "Check the path; quote globs so that the shell leaves them alone.",
  });
}
