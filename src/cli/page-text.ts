// What is said of a page that was exported: its files, and what a browser fetches of them.
import type { WrittenPage } from "../api/index.ts";
import { formatTable } from "./table.ts";

/** The page in words. */
export function pageLines({ out, files, downloads }: WrittenPage): string[] {
  const rows = files.map(({ name, bytes }) => [name, kilobytes(bytes)]);
  return [
    `${out} (a page of ${files.length} files)`,
    formatTable(["file", "kB"], rows),
    "A browser fetches, once:",
    ...downloads.map(({ engine, bytes }) => `  ${(bytes / 1e6).toFixed(2)} MB with ${engine}`),
    `Look at it: python3 -m http.server --directory ${out} 8000, then http://localhost:8000`,
  ];
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1);
}
