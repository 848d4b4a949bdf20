// What computes an operation: tried before anything is done, said in a note where somebody thought of it.
import { fail } from "../base/index.ts";
import {
  type ChosenDevice,
  chooseDevice,
  type Device,
  deviceNames,
  type WantedDevice,
} from "../engine/index.ts";
import type { OperationContext } from "./context.ts";
import type { PlannedTraining } from "./training.ts";

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
 * The device of a training.
 *
 * @param before the device that a resumed run began with: `auto` means that one then.
 * @throws LowmagError `engine-failure` for a device that cannot be used, or lacks the arithmetic asked for.
 */
export async function trainingDevice(
  { options, teacherArithmetic = "float32" }: Pick<PlannedTraining, "options" | "teacherArithmetic">,
  before: Device | null,
  context: OperationContext,
): Promise<ChosenDevice> {
  const chosen = await chosenDevice(
    options.device === "auto" && before !== null ? before : options.device,
    context,
  );
  if (teacherArithmetic === "float16" && !chosen.float16)
    throw fail("engine-failure", {
      where: "`--teacher-arithmetic float16`",
      expected: "a device that computes in half precision",
      got: `${deviceNames[chosen.device]} of this machine, which does not`,
      fix: "Leave it out: the teacher then computes in float32.",
    });
  return chosen;
}
