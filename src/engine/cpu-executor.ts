// Training on worker threads. Gradients wait in the pool's slots until the step ends; then one kernel adds them in the order
// of the micro-batches and updates the parameters in place, so that nothing of their size is copied or made anew.
import { Graph, scaled } from "../graph/index.ts";
import type { ExecutorState, Outputs, TrainingExecutor, TrainingPlan } from "./executor.ts";
import { Pool, type ProgramResult, poolVectors } from "./pool.ts";
import type { Tensor } from "./tensor.ts";
import { compileKernel, type VectorKernel } from "./vector-kernel.ts";
import { allocateVectors, type SharedVector, type VectorMemory } from "./vector-memory.ts";

/** The executor for the CPU. */
export class CpuExecutor implements TrainingExecutor {
  readonly #memory: VectorMemory;
  readonly #pool: Pool;
  readonly #parameters: SharedVector;
  readonly #slots: ReadonlyMap<Float32Array, SharedVector>;
  readonly #states: readonly SharedVector[];
  readonly #sum: SharedVector;
  readonly #updates = new Map<number, VectorKernel>();
  readonly #sums = new Map<number, VectorKernel>();
  /** Micro-batches of the step whose gradients are not in the sum yet, in order. */
  #held: Promise<ProgramResult>[] = [];
  /** Settles when those taken out of `#held` are in the sum. */
  #folded: Promise<void> = Promise.resolve();
  #summed = false;

  /** @param workers threads; the results do not depend on how many. */
  constructor(
    readonly plan: TrainingPlan,
    workers: number,
  ) {
    const pooled = poolVectors(plan, workers);
    const own = Array.from({ length: plan.update.stateCount + 1 }, () => plan.trainable);
    this.#memory = allocateVectors([...pooled, ...own]);
    const { vectors } = this.#memory;
    const { programs, parameters, trainable, onePhaseAtATime = false } = plan;
    this.#pool = new Pool(
      { programs, parameters, trainable, onePhaseAtATime },
      workers,
      vectors.slice(0, pooled.length),
    );
    this.#parameters = vectors[0]!;
    this.#slots = new Map(vectors.slice(1, pooled.length).map((vector) => [vector.data, vector]));
    [this.#sum, ...this.#states] = vectors.slice(pooled.length) as [SharedVector, ...SharedVector[]];
  }

  get parallel(): number {
    return this.#pool.workers;
  }

  get capacity(): number {
    return this.#pool.gradientCapacity;
  }

  async run(program: string, feeds: Readonly<Record<string, Tensor>>): Promise<Outputs> {
    return (await this.#pool.run(program, feeds)).outputs;
  }

  async accumulate(program: string, feeds: Readonly<Record<string, Tensor>>): Promise<Outputs> {
    if (this.#held.length === this.capacity) {
      const oldest = this.#held.shift()!;
      this.#folded = this.#folded.then(async () => this.#fold(await oldest));
      this.#folded.catch(() => undefined);
    }
    const result = this.#folded.then(() => this.#pool.run(program, feeds, true));
    result.catch(() => undefined);
    this.#held.push(result);
    return (await result).outputs;
  }

  async update(scalars: Readonly<Record<string, number>>): Promise<void> {
    const results = await this.#finish();
    const gradients = this.#gradients(results);
    const kernel = this.#kernel(this.#updates, this.plan.update.graph, gradients.length);
    const vectors: Record<string, number> = {
      parameters: this.#parameters.offset,
      newParameters: this.#parameters.offset,
      ...places("gradient", gradients),
      ...places("state", this.#states),
      ...places("newState", this.#states),
    };
    kernel({ vectors, scalars });
    this.#summed = false;
    this.#release(results);
    this.#pool.parametersChanged();
  }

  async discard(): Promise<void> {
    await this.#finish().then(
      (results) => this.#release(results),
      () => undefined,
    );
    this.#summed = false;
  }

  async store(statistics: Float32Array): Promise<void> {
    this.#parameters.data.set(statistics, this.plan.trainable);
    this.#pool.parametersChanged();
  }

  async snapshot(): Promise<ExecutorState> {
    const { data } = this.#parameters;
    return { parameters: data.slice(), optimiser: this.#states.map((state) => state.data.slice()) };
  }

  async restore(state: ExecutorState): Promise<void> {
    this.#parameters.data.set(state.parameters);
    state.optimiser.forEach((vector, i) => {
      this.#states[i]!.data.set(vector);
    });
    this.#pool.parametersChanged();
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  /** Adds the gradient of the oldest micro-batch to the sum and gives its slot back. */
  #fold(oldest: ProgramResult): void {
    const gradients = this.#gradients([oldest]);
    const kernel = this.#kernel(this.#sums, sumGraph(this.plan.trainable), gradients.length);
    kernel({ vectors: { ...places("gradient", gradients), sum: this.#sum.offset }, scalars: {} });
    this.#summed = true;
    this.#release([oldest]);
  }

  /** Waits for all micro-batches of the step; where one failed, frees the slots of the others and throws its error. */
  async #finish(): Promise<ProgramResult[]> {
    const held = this.#held.splice(0);
    const [folded, ...outcomes] = await Promise.allSettled([this.#folded, ...held]);
    this.#folded = Promise.resolve();
    const results = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const failed = [folded, ...outcomes].find((outcome) => outcome.status === "rejected");
    if (failed === undefined) return results;
    this.#release(results);
    this.#summed = false;
    throw failed.reason;
  }

  /** Where the parts of the step's gradient lie, in the order in which they are added. */
  #gradients(results: readonly ProgramResult[]): SharedVector[] {
    const slots = results.map(({ gradient }) => this.#slots.get(gradient!)!);
    return this.#summed ? [this.#sum, ...slots] : slots;
  }

  #release(results: readonly ProgramResult[]): void {
    for (const result of results) this.#pool.releaseGradient(result);
  }

  #kernel(known: Map<number, VectorKernel>, graph: Graph, count: number): VectorKernel {
    const found = known.get(count);
    if (found !== undefined) return found;
    const { trainable } = this.plan;
    const made = compileKernel(graph, trainable, this.#memory.memory, { name: "gradient", count });
    known.set(count, made);
    return made;
  }
}

/** Byte offsets under numbered names. */
function places(name: string, vectors: readonly SharedVector[]): Record<string, number> {
  return Object.fromEntries(vectors.map(({ offset }, i) => [`${name}${i}`, offset]));
}

/** A graph that only passes the sum of gradients on. */
function sumGraph(count: number): Graph {
  const graph = new Graph();
  graph.output("sum", scaled(graph.input("gradient", [count]), 1));
  return graph;
}
