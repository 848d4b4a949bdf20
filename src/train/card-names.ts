// Files and folders as a model card may name them: their own names, never where they lie.

/** The last part of a path. */
export function withoutFolder(path: string): string {
  return path
    .replace(/[\\/]+$/, "")
    .split(/[\\/]/)
    .at(-1)!;
}

/**
 * A sentence without the folders of the files it names. Remarks begin with the file they are about, which may hold spaces;
 * inside a sentence a path ends at a space.
 */
export function withoutFolders(sentence: string): string {
  const end = sentence.search(/:\s/);
  const [about, rest] = end < 0 ? ["", sentence] : [sentence.slice(0, end), sentence.slice(end)];
  const head = /^(?:[A-Za-z]:)?[\\/]/.test(about) ? withoutFolder(about) : trimPaths(about);
  return head + trimPaths(rest);
}

const trimPaths = (text: string): string =>
  text.replace(/(?<![\w.])(?:[A-Za-z]:)?(?:[\\/][^\s\\/:,;`'"()]+)+/g, (path) =>
    /^[A-Za-z]:|[\\/].*[\\/]/.test(path) ? withoutFolder(path) : path,
  );
