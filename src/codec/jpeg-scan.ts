// The header of a scan of a JPEG stream.
import { damaged } from "./damaged.ts";
import type { JpegFrame } from "./jpeg-frame.ts";
import { hasTable, type JpegTables } from "./jpeg-tables.ts";

/** What a scan is about. */
export interface JpegScan {
  /** By id. */
  readonly components: readonly number[];
  /** Whether it holds the first bits of the components' mean colours; true for every scan that is not progressive. */
  readonly first: boolean;
}

/**
 * Reads the header of a scan and looks whether all tables that it needs have been seen.
 *
 * @throws LowmagError `corrupt-data` for a scan of components that the frame lacks, or a missing table.
 */
export function readScan(
  payload: Uint8Array,
  frame: Pick<JpegFrame, "components" | "process">,
  known: JpegTables,
  where: string,
): JpegScan {
  const count = payload[0] ?? 0;
  if (count < 1 || count > frame.components.length || payload.length !== 4 + 2 * count)
    throw damaged(where, "a scan header", `one of ${count} components in ${payload.length} bytes`);
  const progressive = frame.process === "progressive";
  const [start, end, bits] = [payload[1 + 2 * count]!, payload[2 + 2 * count]!, payload[3 + 2 * count]!];
  const needs = { dc: !progressive || (start === 0 && bits >> 4 === 0), ac: !progressive || end > 0 };
  const components = Array.from({ length: count }, (_, i) => {
    const [id, tables] = [payload[1 + 2 * i]!, payload[2 + 2 * i]!];
    const component = frame.components.find((other) => other.id === id);
    if (component === undefined) throw damaged(where, "a component of the frame in the scan", `number ${id}`);
    const complete =
      hasTable(known.quantisation, component.quantisation) &&
      (!needs.dc || hasTable(known.dc, tables >> 4)) &&
      (!needs.ac || hasTable(known.ac, tables & 15));
    if (!complete) throw damaged(where, "all tables that the scan needs", "a JPEG stream that lacks some");
    return id;
  });
  return { components, first: needs.dc };
}
