// Which files are one slide: the DICOM files of one series belong together; every other file stands alone.
import { isLowmagError } from "../../src/base/index.ts";
import { blobSource, isDicom, readDicomSeries } from "../../src/slide/index.ts";

/** A file that was dropped or chosen. */
export interface PickedFile {
  readonly file: File;
  /** The folder that it was in, as far as it was given with it; "" for single files. */
  readonly folder: string;
}

/** Files that are one slide. */
export interface FileGroup {
  /** What a person calls it: the file's name, or the folder's for a series of several files. */
  readonly name: string;
  readonly files: readonly File[];
}

/** Enough of a file to tell DICOM. */
const HEAD = 132;

/** Groups files, in the order in which they were given. */
export async function groupFiles(picked: readonly PickedFile[]): Promise<readonly FileGroup[]> {
  const groups = new Map<string, PickedFile[]>();
  for (const [i, one] of picked.entries()) {
    const series = await seriesOf(one.file);
    const key = series === null || series === "" ? `file ${i}` : `series ${one.folder} ${series}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((of) => ({ name: nameOf(of), files: of.map(({ file }) => file) }));
}

/** The series that a DICOM file states; `null` for other files, and for damaged ones: opening says what is wrong. */
async function seriesOf(file: File): Promise<string | null> {
  if (!isDicom(new Uint8Array(await file.slice(0, HEAD).arrayBuffer()))) return null;
  try {
    return await readDicomSeries(blobSource(file.name, file));
  } catch (error) {
    if (!isLowmagError(error)) throw error;
    return null;
  }
}

function nameOf([first, ...others]: readonly PickedFile[]): string {
  return others.length > 0 && first!.folder !== "" ? first!.folder : first!.file.name;
}
