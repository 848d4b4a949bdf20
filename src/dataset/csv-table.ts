// Reads a CSV file with a header whose names may be written in any case, and refuses what it cannot trust.
import { readFile } from "node:fs/promises";
import { CsvError, parse } from "csv-parse/sync";
import { fail } from "../base/index.ts";

/** A row by lower-case column name, with its line for error messages. */
export interface CsvRow {
  readonly line: number;
  /** The trimmed value; "" for an empty cell or a column that the file does not have. */
  readonly get: (column: string) => string;
}

/** A file's rows and its column names, lower case, in order. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

/**
 * Reads a comma-separated file (RFC 4180 quotes; a byte-order mark and blank lines are skipped).
 *
 * @throws LowmagError `not-found`; `corrupt-data` for a row with too many or too few cells or a broken quote;
 * `invalid-argument` when one of the `required` columns is missing or a name stands twice.
 */
export async function readCsv(path: string, required: readonly string[]): Promise<CsvTable> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw fail("not-found", {
      where: path,
      expected: "a CSV file",
      got: error.code === "ENOENT" ? "no such file" : `${error.code}`,
      cause: error,
    });
  });
  const [header, ...records] = parseRecords(path, text);
  const columns = (header?.cells ?? []).map((name) => name.toLowerCase());
  checkColumns(path, columns, required);
  const rows = records.map(({ line, cells }) => ({
    line,
    get: (column: string) => cells[columns.indexOf(column)] ?? "",
  }));
  return { columns, rows };
}

function parseRecords(path: string, text: string): { line: number; cells: string[] }[] {
  try {
    const lines: number[] = [];
    const records = parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      on_record: (cells, info) => {
        lines.push(info.lines);
        return cells;
      },
    });
    return records.map((cells, i) => ({ line: lines[i]!, cells }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw fail("corrupt-data", {
      where: path,
      expected: "comma-separated rows with as many cells as the header",
      got: error.message,
      cause: error,
    });
  }
}

function checkColumns(path: string, columns: readonly string[], required: readonly string[]): void {
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  const missing = required.find((name) => !columns.includes(name));
  if (twice === undefined && missing === undefined) return;
  throw fail("invalid-argument", {
    where: path,
    expected: twice === undefined ? `a column \`${missing}\`` : "each column once",
    got: twice === undefined ? `the columns ${columns.join(", ") || "(none)"}` : `\`${twice}\` twice`,
  });
}
