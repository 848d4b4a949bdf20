// Which DICOM files are one slide: the files of one series that lie in one folder. A folder may hold several series.
import { readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isLowmagError } from "../base/index.ts";
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

/** The DICOM files in a folder, not below it, sorted. */
export function dicomFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && !entry.name.startsWith("."))
    .map(({ name }) => join(folder, name))
    .sort()
    .filter(isDicomFile);
}

/** The DICOM files beside a file that are of its series, itself among them; itself alone when it states no series. */
export async function seriesOf(path: string): Promise<string[]> {
  const file = resolve(path);
  const series = await seriesIn([file]);
  const own = series.get(file);
  if (own === undefined || own === "") return [file];
  const beside = await seriesIn(dicomFilesIn(dirname(file)));
  const files = [...beside].filter(([, stated]) => stated === own).map(([other]) => other);
  return files.includes(file) ? files : [file];
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
