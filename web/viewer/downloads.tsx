// Files of a slide's answer to keep.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { Download } from "../library.ts";
import { Icon } from "./icons.tsx";
import { messageOf } from "./use-loaded.ts";

export function Downloads({ downloads }: { downloads: readonly Download[] }): JSX.Element | null {
  const [problem, setProblem] = useState<string | null>(null);
  if (downloads.length === 0) return null;
  const keep = async (download: Download) => {
    setProblem(null);
    try {
      save(await download.load(), download.file);
    } catch (error) {
      setProblem(messageOf(error));
    }
  };
  return (
    <section class="downloads">
      <h2>Keep</h2>
      {downloads.map((download) => (
        <button key={download.file} type="button" class="button" onClick={() => void keep(download)}>
          <Icon name="save" />
          {download.label}
        </button>
      ))}
      {problem !== null && <p role="alert">{problem}</p>}
    </section>
  );
}

/** Has the browser save a file. */
function save(content: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
