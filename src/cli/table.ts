// Plain-text tables for people: columns padded, numbers to the right.

/** A table with a header line; cells that look like numbers are set to the right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => pad(cells[column] ?? "", width))
      .join("  ")
      .trimEnd();
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

function pad(cell: string, width: number): string {
  return /^[-+]?[\d.,]+\s?[%a-zA-Z²µ/]*$/.test(cell) ? cell.padStart(width) : cell.padEnd(width);
}
