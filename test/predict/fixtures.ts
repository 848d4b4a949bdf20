// Slides, a model of random weights, and the compiled command, for the tests of predict.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import { initialState, saveModel } from "../../src/models/index.ts";
import { writeRun } from "../infer/fixtures.ts";
import { type TestSlide, writeSlide } from "../prepare/slides.ts";

/** A student of 2 µm/px; another seed is another model. */
export async function makeRun(folder: string, name: string, seed?: number): Promise<string> {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  const { model } = await writeRun(path);
  if (seed !== undefined) {
    const { architecture, classes } = model.description;
    const state = initialState(architecture, classes.length, seed);
    await saveModel(join(path, "model.safetensors"), { ...model, state });
  }
  return path;
}

/** One disc of tissue, 250 µm in radius, on 0.7 x 0.7 mm of glass at 1 µm per pixel. */
export const ONE_DISC: TestSlide = {
  width: 700,
  height: 700,
  mpp: 1,
  discs: [{ x: 350, y: 350, radius: 250 }],
};

/** Small slides of names `a`, `b`, … below a folder; their discs differ. */
export async function writeSlides(folder: string, count: number): Promise<string[]> {
  const paths: string[] = [];
  for (let i = 0; i < count; i++) {
    const discs = [{ x: 300 + 10 * i, y: 350, radius: 160 + 10 * i }];
    paths.push(await writeSlide(folder, `${"abcdefgh"[i]}.tif`, { ...ONE_DISC, discs }));
  }
  return paths;
}

const LOWMAG = fileURLToPath(new URL("../../bin/lowmag.js", import.meta.url));

/** How a run of the command ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the compiled command. */
export function start(...words: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [LOWMAG, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const heard = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      heard[name] += text;
    });
  const ended = new Promise<Ended>((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, ...heard }));
  });
  return { child, ended };
}

export type Row = Record<string, string>;

/** A table as rows by column. */
export function rowsOf(path: string): Row[] {
  return parse(readFileSync(path, "utf8"), { columns: true }) as Row[];
}

/** A table without the column that tells seconds. */
export function timeless(path: string): Row[] {
  return rowsOf(path).map(({ seconds: _, ...row }) => row);
}
