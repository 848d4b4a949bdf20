// Where the time of a step or pass goes: the ONNX operators that ONNX Runtime ran, by the time they took, so that whoever
// makes something faster knows what is worth it. The figures are of one thread; profiling itself costs a little.
//
// Usage: npm run bench:profile -- forward|train|distill SIZE[,STUDENT_SIZE] [--batch N] [--seconds S] [--cached]
//        [--checkpointing] [--nodes 15]
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStages } from "./lowmag/stages.ts";
import { parseWork, type Work } from "./lowmag/work.ts";
import { operatorTimes, type ProfileEvent, profileTable, totalOf } from "./operator-times.ts";

const USAGE =
  "usage: npm run bench:profile -- forward|train|distill SIZE[,STUDENT_SIZE] [--batch N] [--seconds S] [--cached] [--checkpointing] [--nodes N]";

/** The work, and how many nodes are shown one by one. */
function readArguments(): { work: Work; shown: number } {
  const args = process.argv.slice(2);
  const at = args.indexOf("--nodes");
  const shown = at < 0 ? 15 : Number(args.splice(at, 2)[1]);
  const work = parseWork(args);
  if (work.kind === "product") throw new Error("a matrix product is one operator");
  if (!(shown >= 0)) throw new Error("--nodes: expected a number");
  return { work, shown };
}

/** Runs until the time is spent. @returns the events of each stage's profile. */
async function profile(work: Work): Promise<readonly (readonly ProfileEvent[])[]> {
  const folder = await mkdtemp(join(tmpdir(), "lowmag-profile-"));
  try {
    const { run, close } = await openStages(work, (stage) => join(folder, `stage-${stage}-`));
    const started = performance.now();
    for (let runs = 0; runs < 3 || performance.now() - started < 1000 * work.seconds; runs++) await run();
    await close();
    const files = (await readdir(folder)).sort();
    return await Promise.all(
      files.map(async (file) => JSON.parse(await readFile(join(folder, file), "utf8")) as ProfileEvent[]),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  const { work, shown } = readArguments();
  const stages = await profile(work);
  for (const [number, events] of stages.entries()) {
    const title = stages.length === 1 ? "" : `## Stage ${number + 1} of ${stages.length}\n\n`;
    const operators = operatorTimes(events, "operators");
    const total = totalOf(operators);
    process.stdout.write(`${title}${profileTable(operators, "operators", total)}\n\n`);
    const nodes = operatorTimes(events, "nodes").slice(0, shown);
    if (nodes.length > 0)
      process.stdout.write(`The slowest nodes:\n\n${profileTable(nodes, "nodes", total)}\n\n`);
  }
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
  process.exitCode = 2;
}
