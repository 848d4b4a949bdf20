// Collects the cells of a plan and their runs; runs with one key are one run, whoever wants them.
import { fail } from "../base/index.ts";
import { type ArchitectureName, architectureName } from "../models/index.ts";
import { runCost } from "./cost.ts";
import { amountKey, type ImageSetFacts, type StudyDataFacts, unlabelledFractionsOf } from "./facts.ts";
import { runKey } from "./run-key.ts";
import { cellId, runName } from "./run-names.ts";
import type { MachineSpeed } from "./speed.ts";
import type { CompleteStudyFile, StudyArm } from "./study-file.ts";
import { type Layer, settingOf, trainingOptions } from "./training-settings.ts";
import type { PlannedCandidate, PlannedCell, PlannedRun, StudyPlan } from "./types.ts";

/** A way to train a cell's network; several where settings are on trial. */
export interface Training {
  readonly settings: Readonly<Record<string, unknown>> | null;
  readonly layers: readonly Layer[];
  readonly operation: "train" | "distill" | "fine-tune";
}

/** A cell before its runs are known. */
export interface CellDraft extends Omit<PlannedCell, "id" | "runs" | "candidates"> {
  readonly candidates: readonly Training[];
}

/** Most runs of a study. */
const MAXIMUM_RUNS = 10_000;

/** A plan that is being made. */
export class PlanBuilder {
  readonly cells: PlannedCell[] = [];
  readonly #runs = new Map<string, PlannedRun>();
  readonly #names = new Set<string>();
  /** Most images whose outputs of a teacher the runs before have put into the cache, by teacher. */
  readonly #cached = new Map<string, number>();

  constructor(
    readonly file: CompleteStudyFile,
    readonly facts: StudyDataFacts,
    readonly speed: MachineSpeed | null,
  ) {}

  /** The shares of unlabelled tissue of a distilled arm. */
  unlabelledFractions(arm: StudyArm): readonly number[] {
    return arm.unlabelledFractions ?? unlabelledFractionsOf(this.file, this.facts.unlabelledImages);
  }

  /** Adds a cell and its runs, one per seed and way to train. */
  addCell({ candidates: trainings, ...draft }: CellDraft): void {
    const id = cellId(draft.arm, draft);
    const candidates = trainings.map((training): PlannedCandidate => {
      const runs = this.file.seeds.map((seed, i) => this.#addRun(id, draft, training, seed, i));
      return { settings: training.settings ?? {}, runs };
    });
    const chooses = trainings.some(({ settings }) => settings !== null);
    this.cells.push({
      id,
      ...draft,
      runs: candidates.flatMap(({ runs }) => runs),
      candidates: chooses ? candidates : null,
    });
  }

  plan(): StudyPlan {
    return { cells: this.cells, runs: [...this.#runs.values()], givenTeacher: this.facts.teacher };
  }

  /** @param i number of the seed. */
  #addRun(
    cell: string,
    draft: Omit<CellDraft, "candidates">,
    training: Training,
    seed: number,
    i: number,
  ): string {
    const { kind, mpp, labelFraction, unlabelledFraction } = draft;
    const { operation, layers, settings } = training;
    const distills = operation === "distill";
    const learnsFrom = this.#learnsFrom(draft, operation, seed);
    const own = settingOf(settings === null ? [] : [{ options: settings }], "architecture");
    const architecture = String(own ?? draft.architecture);
    const share = distills ? { unlabelledFraction } : { labelFraction };
    const decided = { mpp, architecture, seed, ...share };
    const options = trainingOptions(operation, layers, decided, learnsFrom.images);
    const needs = this.#needs(draft, i);
    const key = this.#key(distills ? "distill" : "train", options, learnsFrom, needs);
    const known = this.#runs.get(key);
    if (known !== undefined) {
      if (settings === null) this.#runs.set(key, { ...known, candidate: null });
      return key;
    }
    const cost = this.#cost(architectureName(architecture), draft, options, learnsFrom, needs);
    const name = runName({ kind, mpp, labelFraction, unlabelledFraction }, seed, key);
    this.#take(name);
    this.#runs.set(key, {
      ...{ key, name, cell, seed, kind, options, needs, cost },
      operation: distills ? "distill" : "train",
      candidate: settings,
    });
    return key;
  }

  #learnsFrom(
    { labelFraction, unlabelledFraction }: Omit<CellDraft, "candidates">,
    operation: Training["operation"],
    seed: number,
  ): ImageSetFacts {
    const [sets, fraction] =
      operation === "distill"
        ? [this.facts.tissue, unlabelledFraction]
        : [this.facts.labelled, labelFraction];
    const found = sets[amountKey(fraction, seed)];
    if (found !== undefined) return found;
    throw fail("internal", {
      where: "planStudy",
      expected: `facts for ${amountKey(fraction, seed)}`,
      got: "none",
      fix: "Take the facts with `studyFacts` from the same study file.",
    });
  }

  /** What a distillation learns from and a fine-tuning starts from, of the same seed. */
  #needs({ kind, labelFraction, from }: Omit<CellDraft, "candidates">, i: number): PlannedRun["needs"] {
    if (kind === "fine-tuned") return { from: this.cells.find(({ id }) => id === from)!.runs[i]! };
    if (kind !== "distilled" || this.facts.teacher !== null) return {};
    const teacher = this.cells.find(
      (cell) => cell.kind === "teacher" && cell.labelFraction === labelFraction,
    );
    return { teacher: teacher!.runs[i]! };
  }

  #key(
    operation: "train" | "distill",
    options: Readonly<Record<string, unknown>>,
    learnsFrom: ImageSetFacts,
    needs: PlannedRun["needs"],
  ): string {
    const { teacher, validation, weights } = this.facts;
    const given = operation === "distill" && teacher !== null ? { givenTeacher: teacher.modelHash } : {};
    const file = options.weights;
    const content = typeof file === "string" ? { weights: weights[file] ?? `unread ${file}` } : {};
    return runKey({
      operation,
      options: { ...options, ...content },
      learnsFrom: learnsFrom.hash,
      validatesOn: validation.hash,
      startsFrom: { ...needs, ...given },
    });
  }

  #cost(
    architecture: ArchitectureName,
    { kind, mpp }: Omit<CellDraft, "candidates">,
    options: Readonly<Record<string, unknown>>,
    learnsFrom: ImageSetFacts,
    needs: PlannedRun["needs"],
  ): PlannedRun["cost"] {
    const teacher = kind === "distilled" ? this.cells.find((cell) => cell.kind === "teacher")! : null;
    const cached = options.cacheTeacher === true ? (needs.teacher ?? "given") : null;
    return runCost(
      {
        network: { architecture, mpp },
        teacher: teacher && { architecture: architectureName(teacher.architecture), mpp: teacher.mpp },
        classes: this.facts.classes.length,
        options,
        learnsFrom,
        validatesOn: this.facts.validation,
        uncached:
          cached === null
            ? 1
            : this.#uncached(`${cached} ${String(options.teacherPrecision)}`, learnsFrom.images),
      },
      this.speed,
    );
  }

  /** Shares of unlabelled tissue are nested, so a run computes only what a larger one before it has not. */
  #uncached(teacher: string, images: number): number {
    const before = this.#cached.get(teacher) ?? 0;
    this.#cached.set(teacher, Math.max(before, images));
    return Math.max(0, images - before) / images;
  }

  #take(name: string): void {
    if (this.#runs.size >= MAXIMUM_RUNS)
      throw fail("invalid-argument", {
        where: "study file",
        expected: `at most ${MAXIMUM_RUNS} trainings`,
        got: "more",
        fix: "Take out some arms, resolutions, fractions or seeds.",
      });
    if (this.#names.has(name))
      throw fail("internal", {
        where: "planStudy",
        expected: "names of their own",
        got: `\`${name}\` twice`,
      });
    this.#names.add(name);
  }
}
