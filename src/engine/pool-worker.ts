// A worker thread of the pool: owns one-thread sessions and a private copy of the parameters, runs programs.
import { parentPort, workerData } from "node:worker_threads";
import { fail } from "../base/index.ts";
import { sentFailure } from "./failures.ts";
import { freeFeeds } from "./feeds.ts";
import { layoutViews } from "./layout.ts";
import { gradientOutput, type Stage } from "./program.ts";
import { CLOSE, type RunReply, type RunRequest, type WorkerStart } from "./protocol.ts";
import { Session } from "./session.ts";
import type { Tensor } from "./tensor.ts";

const { plan, parameters: shared, gradientSlots } = workerData as WorkerStart;
// ONNX Runtime's binding takes no shared memory: the worker computes on a copy, refreshed when the version rises.
const own = new Float32Array(shared.length);
let ownVersion = -1;
const parameterFeeds: Record<string, Tensor> = {};
const views = layoutViews(plan.parameters, own);
for (const { name, dims } of plan.parameters.entries) parameterFeeds[name] = { dims, data: views.get(name)! };
const trainable = plan.parameters.entries.filter(({ offset }) => offset < plan.trainable);
const sessions = new Map<Stage, Promise<Session>>();

function sessionOf(stage: Stage): Promise<Session> {
  const known = sessions.get(stage);
  if (known !== undefined) return known;
  const made = Session.create(stage.model);
  sessions.set(stage, made);
  return made;
}

/** Frees the sessions of other phases. */
async function keepOnly(phase: string | undefined): Promise<void> {
  const wanted = Object.values(plan.programs).filter((program) => program.phase === phase);
  const stages = new Set(wanted.flatMap((program) => program.stages));
  for (const [stage, session] of sessions) {
    if (stages.has(stage)) continue;
    sessions.delete(stage);
    await (await session).release();
  }
}

function outputOf(values: Readonly<Record<string, Tensor>>, name: string): Tensor {
  const value = values[name];
  if (value !== undefined) return value;
  throw fail("invalid-argument", {
    where: "program",
    expected: `a stage that puts out \`${name}\``,
    got: Object.keys(values).join(", ") || "no output at all",
  });
}

function storeGradient(outputs: Record<string, Tensor>, slot: number): void {
  const target = gradientSlots[slot]!;
  for (const { name, offset } of trainable) {
    const output = gradientOutput(name);
    target.set(outputOf(outputs, output).data as Float32Array, offset);
    delete outputs[output];
  }
}

async function run(request: RunRequest): Promise<Record<string, Tensor>> {
  if (request.parameterVersion !== ownVersion) {
    own.set(shared);
    ownVersion = request.parameterVersion;
  }
  const program = plan.programs[request.program]!;
  if (plan.onePhaseAtATime) await keepOnly(program.phase);
  const values: Record<string, Tensor> = { ...request.feeds };
  for (const stage of program.stages) {
    const session = await sessionOf(stage);
    const outputs = await session.run(stage.takesParameters ? { ...values, ...parameterFeeds } : values);
    if (stage.givesGradients && request.gradientSlot !== null) storeGradient(outputs, request.gradientSlot);
    Object.assign(values, outputs);
  }
  return Object.fromEntries(program.returns.map((name) => [name, outputOf(values, name)]));
}

async function answer(request: RunRequest): Promise<void> {
  const reply = await run(request).then(
    (outputs): RunReply => ({ id: request.id, outputs }),
    (error: unknown): RunReply => ({ id: request.id, failure: sentFailure(error) }),
  );
  parentPort!.postMessage(reply);
  freeFeeds(request.feeds);
}

/** Frees the sessions and lets the thread run out. */
async function end(): Promise<void> {
  for (const session of sessions.values())
    await session.then(
      (loaded) => loaded.release(),
      () => undefined,
    );
  parentPort!.close();
}

// Requests are answered one at a time, in order: a session computes on this thread anyway.
let previous = Promise.resolve();
parentPort!.on("message", (request: RunRequest | typeof CLOSE) => {
  previous = previous.then(() => (request === CLOSE ? end() : answer(request)));
});
