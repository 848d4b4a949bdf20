// Files and folders that were dropped or chosen, as a flat list. Of folders, what is plainly no slide is passed over.
import type { PickedFile } from "./group-files.ts";

/** What was given, and how many files of folders were passed over. */
export interface Picked {
  readonly files: readonly PickedFile[];
  readonly passedOver: number;
}

/** Names of slides and images; DICOM files often have no ending at all. */
const ENDINGS = /\.(svs|tiff?|btf|scn|bif|ndpi|dcm|png|jpe?g|webp|qptiff)$|^[^.]+$|^[\d.]+$/i;

/** More files than this in one go is a slip of the hand. */
const MOST_FILES = 5000;

/** What a drop holds, folders included. Must be called in the event itself: its items are gone afterwards. */
export async function droppedFiles(transfer: DataTransfer): Promise<Picked> {
  const entries = [...transfer.items]
    .map((item) => item.webkitGetAsEntry())
    .filter((entry) => entry !== null);
  if (entries.length === 0) return chosenFiles(transfer.files);
  const found: PickedFile[] = [];
  let passedOver = 0;
  const walk = async (entry: FileSystemEntry, folder: string): Promise<void> => {
    if (found.length >= MOST_FILES) return;
    if (entry instanceof FileSystemDirectoryEntry || entry.isDirectory) {
      const inside = await entriesOf(entry as FileSystemDirectoryEntry);
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      for (const one of inside) await walk(one, path);
    } else if (folder === "" || isLikely(entry.name)) {
      found.push({ file: await fileOf(entry as FileSystemFileEntry), folder });
    } else passedOver++;
  };
  for (const entry of entries) await walk(entry, "");
  return { files: found, passedOver };
}

/** Files of an `<input type="file">`, with or without folders. */
export function chosenFiles(list: FileList): Picked {
  const all = [...list].map((file) => ({
    file,
    folder: file.webkitRelativePath.split("/").slice(0, -1).join("/"),
  }));
  const files = all.filter(({ file, folder }) => folder === "" || isLikely(file.name)).slice(0, MOST_FILES);
  return { files, passedOver: all.length - files.length };
}

const isLikely = (name: string) => !name.startsWith(".") && ENDINGS.test(name);

/** All entries of a folder: a reader gives them in portions. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
