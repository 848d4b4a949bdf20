// ONNX Runtime's profile as a table: its events are sorted by operator, and by node.

/** An event of the profile, as far as it is read. Times are microseconds. */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly output_type_shape?: readonly object[] };
}

/** The time of all nodes that share a name. */
export interface OperatorTime {
  readonly name: string;
  readonly operator: string;
  /** Per run. */
  readonly calls: number;
  readonly milliseconds: number;
  /** Of what the operator puts out: `1x32x256x256`; empty where calls differ. */
  readonly shape: string;
}

const KERNEL = "_kernel_time";

/**
 * Times per run, the largest first. The first run, which warms up, is left out.
 * @param by operators, all of one kind together; or nodes, each by itself.
 */
export function operatorTimes(
  events: readonly ProfileEvent[],
  by: "operators" | "nodes",
): readonly OperatorTime[] {
  const runs = events.filter(({ cat, name }) => cat === "Session" && name === "model_run");
  const [warming, ...counted] = [...runs].sort((a, b) => a.ts - b.ts);
  if (warming === undefined || counted.length === 0) return [];
  const kernels = events.filter(
    ({ cat, name, ts }) => cat === "Node" && name.endsWith(KERNEL) && ts >= warming.ts + warming.dur,
  );
  const groups = new Map<string, ProfileEvent[]>();
  for (const event of kernels) {
    const key = by === "operators" ? (event.args?.op_name ?? "?") : event.name.slice(0, -KERNEL.length);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups]
    .map(([name, group]): OperatorTime => {
      const shapes = new Set(group.map(shapeOf));
      return {
        name,
        operator: group[0]!.args?.op_name ?? "?",
        calls: group.length / counted.length,
        milliseconds: group.reduce((sum, { dur }) => sum + dur, 0) / counted.length / 1000,
        shape: shapes.size === 1 ? [...shapes][0]! : "",
      };
    })
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

/** Dims of the first output: the profile says `[{ float: [1, 32, 256, 256] }]`. */
function shapeOf({ args }: ProfileEvent): string {
  const dims = Object.values(args?.output_type_shape?.[0] ?? {})[0] as readonly number[] | undefined;
  return dims?.join("x") ?? "";
}

/** Milliseconds of all together, per run. */
export const totalOf = (times: readonly OperatorTime[]): number =>
  times.reduce((sum, { milliseconds }) => sum + milliseconds, 0);

/**
 * A table for the terminal and for Markdown alike.
 * @param total milliseconds that the shares are of.
 */
export function profileTable(
  times: readonly OperatorTime[],
  by: "operators" | "nodes",
  total: number,
): string {
  const share = ({ milliseconds }: OperatorTime): string => `${((100 * milliseconds) / total).toFixed(1)} %`;
  if (by === "operators")
    return [
      "| operator | calls | ms | share |",
      "|---|---|---|---|",
      ...times.map(
        (time) => `| ${time.name} | ${time.calls} | ${time.milliseconds.toFixed(2)} | ${share(time)} |`,
      ),
      `| all | | ${total.toFixed(2)} | |`,
    ].join("\n");
  return [
    "| node | operator | output | ms | share |",
    "|---|---|---|---|---|",
    ...times.map(
      (time) =>
        `| ${time.name} | ${time.operator} | ${time.shape} | ${time.milliseconds.toFixed(2)} | ${share(time)} |`,
    ),
  ].join("\n");
}
