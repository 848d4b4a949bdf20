// Which DICOM files are one slide: the files of one series that lie in one folder. A folder may hold several series.
import { readdirSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { fail, isLowmagError } from "../base/index.ts";
import { type ByteSource, isDicom, readDicomSeries } from "../slide/index.ts";
import { fileSource } from "./file-source.ts";

/** True for a file that begins as DICOM files do. */
export function isDicomFile(path: string): boolean {
  let source: ByteSource;
  try {
    source = fileSource(path);
  } catch {
    return false;
  }
  try {
    return isDicom(source.read(0, Math.min(source.size, 132)) as Uint8Array);
  } finally {
    void source.close();
  }
}

/**
 * The DICOM files in a folder, not below it, sorted.
 *
 * @throws LowmagError `corrupt-data` for a file that is called `.dcm` and is none: it could have been the finest level.
 */
export function dicomFilesIn(folder: string): string[] {
  const files = filesIn(folder);
  const dicoms = files.filter(isDicomFile);
  const broken =
    dicoms.length === 0 ? undefined : files.find((file) => isCalledDicom(file) && !isDicomFile(file));
  if (broken === undefined) return dicoms;
  throw fail("corrupt-data", {
    where: broken,
    expected: "a DICOM file, as its name says",
    got: "another kind of file: the copy is incomplete (truncated), or it does not belong here",
    fix: "Copy or download the file again, or take it out of the folder.",
  });
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => join(folder, name))
    .sort();
}

const isCalledDicom = (path: string) => extname(path).toLowerCase() === ".dcm";

/** A file's series as far as it lies beside the file. */
export interface SeriesBeside {
  /** The file itself among them. */
  readonly files: readonly string[];
  /** How many files beside it are called `.dcm` and have no header that can be read: they could be of the series. */
  readonly unreadable: number;
}

/** Looks for the files of a DICOM file's series beside it; a file that states no series stands alone. */
export async function seriesBeside(path: string): Promise<SeriesBeside> {
  const file = resolve(path);
  const own = (await seriesIn([file])).get(file);
  if (own === undefined || own === "") return { files: [file], unreadable: 0 };
  const all = filesIn(dirname(file));
  const beside = await seriesIn(all.filter(isDicomFile));
  const files = [...beside].filter(([, stated]) => stated === own).map(([other]) => other);
  const unreadable = all.filter((other) => isCalledDicom(other) && !beside.has(other)).length;
  return { files: files.includes(file) ? files : [file], unreadable };
}

/** The DICOM files beside a file that are of its series, itself among them; itself alone when it states no series. */
export async function seriesOf(path: string): Promise<readonly string[]> {
  return (await seriesBeside(path)).files;
}

/** The series of each file; files whose header cannot be read are left out. */
export async function seriesIn(files: readonly string[]): Promise<Map<string, string>> {
  const stated = new Map<string, string>();
  for (const file of files) {
    const series = await readSeries(file);
    if (series !== null) stated.set(file, series);
  }
  return stated;
}

async function readSeries(path: string): Promise<string | null> {
  let source: ByteSource | undefined;
  try {
    source = fileSource(path);
    return await readDicomSeries(source);
  } catch (error) {
    if (!isLowmagError(error)) throw error;
    return null; // whoever opens it says what is wrong with it
  } finally {
    await source?.close();
  }
}
