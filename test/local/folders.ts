// Temporary folders for tests of slides on disk, and the words of refusals.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isLowmagError } from "../../src/base/index.ts";

const folders: string[] = [];

/** A folder with files by relative path; a text or bytes. Removed by {@link removeFolders}. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "lowmag-local-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** "code: message" of the refusal that an action ends in, or "done". */
export async function refusalOf(action: () => unknown): Promise<string> {
  try {
    await action();
    return "done";
  } catch (error) {
    return isLowmagError(error) ? `${error.code}: ${error.message}` : `not typed: ${error}`;
  }
}
