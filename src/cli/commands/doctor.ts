// `lowmag doctor`: says whether this machine is fit, in one line per check.
import type { DoctorCheck } from "../../api/index.ts";
import { doctorOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { EXIT_DONE, EXIT_FAILURE } from "../exit-codes.ts";

const MARKS: Readonly<Record<DoctorCheck["status"], string>> = { ok: "ok  ", warn: "warn", fail: "FAIL" };

export const doctorCommand = defineCommand({
  name: "doctor",
  summary: "Check that this machine can run lowmag.",
  description:
    "Tries Node.js, the engine, the image decoder, graphics processors, memory and disk, and says what to mend.",
  examples: [
    { command: "lowmag doctor", says: "One line per check; exit code 1 when one fails." },
    { command: "lowmag doctor --json", says: "The same for a program." },
  ],
  options: doctorOptions,
  async run(options, context) {
    const { doctor } = await import("../../api/doctor.ts");
    const result = await doctor(options, context);
    return {
      result,
      text: result.checks.map(checkLine).join("\n"),
      exitCode: result.healthy ? EXIT_DONE : EXIT_FAILURE,
    };
  },
});

function checkLine({ name, status, detail, fix }: DoctorCheck): string {
  return `${MARKS[status]}  ${name}: ${detail}${fix === "" ? "" : `\n      ${fix}`}`;
}
