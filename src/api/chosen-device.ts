// What computes an operation: tried before anything is done, said in a note where somebody thought of it.
import { resolve } from "node:path";
import { fail } from "../base/index.ts";
import {
  type ChosenDevice,
  chooseDevice,
  type Device,
  deviceNames,
  type WantedDevice,
} from "../engine/index.ts";
import type { Precision } from "../graph/index.ts";
import { readRecord } from "../train/index.ts";
import type { OperationContext } from "./context.ts";
import type { CommonTrainingOptions } from "./training-options.ts";

/**
 * The device that an operation's option asks for.
 * @throws LowmagError `engine-failure` for one that cannot be used here.
 */
export async function chosenDevice(wanted: WantedDevice, context: OperationContext): Promise<ChosenDevice> {
  if (wanted !== "cpu") context.onNote?.("Trying what can compute …");
  const chosen = await chooseDevice(wanted);
  if (wanted !== "cpu") context.onNote?.(`device: ${chosen.reason}`);
  return chosen;
}

/**
 * The device of a training, found before its data are read. `auto` in a resumed run means the device that it began with.
 *
 * @throws LowmagError `engine-failure` for a device that cannot be used, or lacks the arithmetic asked for.
 */
export async function trainingDevice(
  {
    device: wanted,
    resume,
    out,
    teacherArithmetic = "float32",
  }: Pick<CommonTrainingOptions, "device" | "resume" | "out"> & { readonly teacherArithmetic?: Precision },
  context: OperationContext,
): Promise<Device> {
  const before = wanted === "auto" && resume ? await readRecord(resolve(out)) : null;
  const { device, float16 } = await chosenDevice(before?.device ?? wanted, context);
  if (teacherArithmetic === "float16" && !float16)
    throw fail("engine-failure", {
      where: "`--teacher-arithmetic float16`",
      expected: "a device that computes in half precision",
      got: `${deviceNames[device]} of this machine, which does not`,
      fix: "Leave it out: the teacher then computes in float32.",
    });
  return device;
}
