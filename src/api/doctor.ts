// `doctor`: is this machine fit to run lowmag? Each check tries the thing itself rather than reading a version.
import { constants } from "node:fs";
import { access, mkdir, mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, release, totalmem } from "node:os";
import { join, resolve } from "node:path";
import { type DoctorOptions, doctorOptions, resolveOptions } from "../options/index.ts";
import type { OperationContext } from "./context.ts";
import type { DoctorDevices } from "./doctor-devices.ts";

/** One thing that was looked at. */
export interface DoctorCheck {
  readonly name: string;
  readonly status: "ok" | "warn" | "fail";
  /** What was found. */
  readonly detail: string;
  /** What to do about it; empty when all is well. */
  readonly fix: string;
}

/** All checks, and whether none failed. */
export interface DoctorResult {
  readonly healthy: boolean;
  readonly checks: readonly DoctorCheck[];
  /** What can compute; absent where not even the engine can be loaded. */
  readonly devices?: DoctorDevices;
}

const GB = 1e9;
const OLDEST_NODE: readonly [number, number] = [20, 19];

/** Looks at Node, processor, memory, the engine, the image decoder and the disk. Never throws for what it finds. */
export async function doctor(
  options: DoctorOptions = {},
  context: OperationContext = {},
): Promise<DoctorResult> {
  const { folder, cache = context.defaultCache } = resolveOptions("doctor", doctorOptions, options);
  const { checks: tried, devices } = await trials();
  const checks = [
    checkNode(),
    checkProcessor(),
    checkMemory(),
    ...tried,
    await checkFolder("working folder", resolve(folder)),
    ...(cache === undefined ? [] : [await checkFolder("cache folder", resolve(cache))]),
  ];
  const healthy = checks.every(({ status }) => status !== "fail");
  return { healthy, checks, ...(devices === undefined ? {} : { devices }) };
}

/** Loaded late: where a native part is missing, loading it is what fails, and that is worth a line of its own. */
async function trials(): Promise<{ checks: readonly DoctorCheck[]; devices?: DoctorDevices }> {
  try {
    const { checkDecoder, checkEngine, JPEG_SAMPLE } = await import("./doctor-trials.ts");
    const { checkSlides } = await import("./doctor-slides.ts");
    const { deviceChecks, findDevices } = await import("./doctor-devices.ts");
    const parts = [await checkEngine(), await checkDecoder(), ...(await checkSlides(JPEG_SAMPLE))];
    const devices = await findDevices();
    return { checks: [...parts, ...deviceChecks(devices)], devices };
  } catch (error) {
    const detail = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
    const checks: DoctorCheck[] = [
      {
        name: "native parts",
        status: "fail",
        detail,
        fix: "Install lowmag on this machine (`npm ci`), with optional dependencies.",
      },
    ];
    return { checks };
  }
}

function checkNode(): DoctorCheck {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  const fine = major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
  return {
    name: "Node.js",
    status: fine ? "ok" : "fail",
    detail: `${process.version} on ${process.platform} ${arch()} (${release()})`,
    fix: fine ? "" : `Install Node.js ${OLDEST_NODE.join(".")} or newer.`,
  };
}

function checkProcessor(): DoctorCheck {
  const cores = availableParallelism();
  const model = cpus()[0]?.model.trim() || "unknown model";
  return { name: "processor", status: "ok", detail: `${cores} cores usable (${model})`, fix: "" };
}

function checkMemory(): DoctorCheck {
  const available = process.availableMemory();
  const enough = available >= 2 * GB;
  return {
    name: "memory",
    status: enough ? "ok" : "warn",
    detail: `${gigabytes(available)} available of ${gigabytes(totalmem())}`,
    fix: enough
      ? ""
      : "Training at 2048 x 2048 pixels wants about 1.5 GB, or 1 GB with `--checkpointing on`; use fewer workers or smaller images.",
  };
}

/** Writes a file there and asks how much room is left. */
async function checkFolder(name: string, path: string): Promise<DoctorCheck> {
  try {
    const existing = await nearestExisting(path);
    await access(existing, constants.W_OK);
    if (existing === path) await writeProbe(path);
    const { bavail, bsize } = await statfs(existing);
    const free = bavail * bsize;
    const enough = free >= GB;
    return {
      name,
      status: enough ? "ok" : "warn",
      detail: `${path} is writable, ${gigabytes(free)} free${existing === path ? "" : " (it will be made)"}`,
      fix: enough ? "" : "Free some space: caches and checkpoints may not fit.",
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, status: "fail", detail: `${path}: ${reason}`, fix: "Choose a folder you may write to." };
  }
}

async function nearestExisting(path: string): Promise<string> {
  try {
    await access(path);
    return path;
  } catch (error) {
    const parent = resolve(path, "..");
    if (parent === path) throw error;
    return nearestExisting(parent);
  }
}

async function writeProbe(path: string): Promise<void> {
  const folder = await mkdtemp(join(path, ".lowmag-doctor-"));
  try {
    await mkdir(join(folder, "probe"));
    await writeFile(join(folder, "probe", "file"), "probe");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / GB).toFixed(1)} GB`;
}
