// What a device holds between steps: the parameters as one vector and by name, the optimiser's vectors, the sum of gradients.
// Every change makes new tensors and releases the old ones.
import type { Device } from "./device.ts";
import {
  copyGraph,
  type DeviceGraph,
  joinGraph,
  parameterOutput,
  splitGraph,
  updateGraph,
} from "./device-graphs.ts";
import { release } from "./device-programs.ts";
import { DeviceSession, type DeviceTensor, type DeviceTensors, hostTensor } from "./device-session.ts";
import type { ExecutorState, UpdateRule } from "./executor.ts";
import { layoutOf, layoutViews } from "./layout.ts";
import type { PoolPlan } from "./program.ts";
import { floatTensor, scalarTensor } from "./tensor.ts";

/** The graphs of a state, made where `Graph` objects live and sent as bytes to where they run. */
export interface StateGraphs {
  readonly joins: DeviceGraph;
  readonly adds: DeviceGraph;
  readonly splits: DeviceGraph;
  readonly updates: DeviceGraph;
  readonly copies: DeviceGraph;
  readonly stateCount: number;
}

/** Builds the graphs for a plan. */
export function stateGraphs(plan: PoolPlan, update: UpdateRule): StateGraphs {
  const entries = plan.parameters.entries.filter(({ offset }) => offset < plan.trainable);
  const vectors = Array.from({ length: 1 + update.stateCount }, () => plan.trainable);
  return {
    joins: joinGraph(entries, false),
    adds: joinGraph(entries, true),
    splits: splitGraph(entries),
    updates: updateGraph(update),
    copies: copyGraph(vectors),
    stateCount: update.stateCount,
  };
}

interface Sessions {
  readonly joins: DeviceSession;
  readonly adds: DeviceSession;
  readonly splits: DeviceSession;
  readonly updates: DeviceSession;
  /** Copies that stay on the device, and copies that come down. */
  readonly up: DeviceSession;
  readonly down: DeviceSession;
}

/** The numbers that training changes, on a device. */
export class DeviceState {
  /** Parameters and stored statistics by name, for the graphs that take them. */
  parameters: DeviceTensors = {};
  /** Parameters, then the optimiser's vectors. */
  #vectors: readonly DeviceTensor[] = [];
  #sum: DeviceTensor | null = null;
  #statistics = new Float32Array(0);

  private constructor(
    readonly plan: PoolPlan,
    readonly graphs: StateGraphs,
    readonly sessions: Sessions,
  ) {}

  static async create(plan: PoolPlan, graphs: StateGraphs, device: Device): Promise<DeviceState> {
    const load = ({ model, outputs }: DeviceGraph): Promise<DeviceSession> =>
      DeviceSession.create(model, device, outputs);
    const { joins, adds, splits, updates, copies } = graphs;
    return new DeviceState(plan, graphs, {
      joins: await load(joins),
      adds: await load(adds),
      splits: await load(splits),
      updates: await load(updates),
      up: await load(copies),
      down: await DeviceSession.create(copies.model, device),
    });
  }

  /** Adds gradients (taken over) to the sum. */
  async add(gradients: DeviceTensors): Promise<void> {
    const before = this.#sum;
    const { joins, adds } = this.sessions;
    const { sum } = await (before === null ? joins.run(gradients) : adds.run({ ...gradients, before }));
    release(gradients);
    before?.release();
    this.#sum = sum!;
  }

  /** Forgets the sum. */
  discard(): void {
    this.#sum?.release();
    this.#sum = null;
  }

  /** Applies the update rule to the sum. */
  async update(scalars: Readonly<Record<string, number>>): Promise<void> {
    const [parameters, ...states] = this.#vectors;
    const feeds: Record<string, DeviceTensor> = { parameters: parameters!, gradient: this.#sum! };
    states.forEach((state, i) => {
      feeds[`state${i}`] = state;
    });
    for (const [name, value] of Object.entries(scalars)) feeds[name] = hostTensor(scalarTensor(value));
    const { newParameters, ...outputs } = await this.sessions.updates.run(feeds);
    this.discard();
    await this.#replace([newParameters!, ...states.map((_, i) => outputs[`newState${i}`]!)]);
  }

  /** Replaces the stored statistics. */
  store(statistics: Float32Array): void {
    this.#statistics = statistics.slice();
    this.parameters = { ...this.parameters, ...this.#stored() };
  }

  async snapshot(): Promise<ExecutorState> {
    const named = this.#vectors.map((vector, i) => [`v${i}`, vector] as const);
    const copies = await this.sessions.down.run(Object.fromEntries(named));
    const [trained, ...optimiser] = this.#vectors.map(
      (_, i) => copies[`copy${i}`]!.read().data as Float32Array,
    );
    const parameters = new Float32Array(this.plan.parameters.count);
    parameters.set(trained!);
    parameters.set(this.#statistics, this.plan.trainable);
    return { parameters, optimiser: optimiser.map((vector) => vector.slice()) };
  }

  async restore({ parameters, optimiser }: ExecutorState): Promise<void> {
    const { trainable } = this.plan;
    const vectors = [parameters.slice(0, trainable), ...optimiser];
    const named = vectors.map(
      (vector, i) => [`v${i}`, hostTensor(floatTensor([trainable], vector))] as const,
    );
    const copies = await this.sessions.up.run(Object.fromEntries(named));
    this.discard();
    this.#statistics = parameters.slice(trainable);
    await this.#replace(vectors.map((_, i) => copies[`copy${i}`]!));
  }

  async release(): Promise<void> {
    this.discard();
    release(this.parameters);
    for (const vector of this.#vectors) vector.release();
    for (const session of Object.values(this.sessions)) await (session as DeviceSession).release();
  }

  async #replace(vectors: readonly DeviceTensor[]): Promise<void> {
    const { entries } = this.plan.parameters;
    const outputs = await this.sessions.splits.run({ newParameters: vectors[0]! });
    release(this.parameters);
    for (const vector of this.#vectors) vector.release();
    this.#vectors = vectors;
    const trained = entries.filter(({ offset }) => offset < this.plan.trainable);
    const named = trained.map(({ name }) => [name, outputs[parameterOutput(name)]!] as const);
    this.parameters = { ...Object.fromEntries(named), ...this.#stored() };
  }

  /** Stored statistics are few and stay on the CPU. */
  #stored(): DeviceTensors {
    const stored = this.plan.parameters.entries.filter(({ offset }) => offset >= this.plan.trainable);
    const views = layoutViews(layoutOf(stored), this.#statistics);
    return Object.fromEntries(
      stored.map(({ name, dims }) => [name, hostTensor(floatTensor(dims, views.get(name)!.slice()))]),
    );
  }
}
