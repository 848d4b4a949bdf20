// The list of commands, in the order in which help shows them.
import type { Command, CommandGroup } from "../command.ts";
import { convertCommand } from "./convert.ts";
import { demoCommand } from "./demo.ts";
import { distillCommand } from "./distill.ts";
import { doctorCommand } from "./doctor.ts";
import { evaluateCommand } from "./evaluate.ts";
import { exportCommand } from "./export.ts";
import { leaksCommand } from "./leaks.ts";
import { predictCommand } from "./predict.ts";
import { prepareCommand } from "./prepare.ts";
import { profileCommand } from "./profile.ts";
import { serveCommand } from "./serve.ts";
import { slideCommands, slideGroup } from "./slide.ts";
import { splitCommand } from "./split.ts";
import { studyCommand } from "./study.ts";
import { studyInitCommand } from "./study-init.ts";
import { synthesizeCommand } from "./synthesize.ts";
import { trainCommand } from "./train.ts";

export const commands: readonly Command[] = [
  ...slideCommands,
  prepareCommand,
  synthesizeCommand,
  convertCommand,
  splitCommand,
  leaksCommand,
  trainCommand,
  distillCommand,
  evaluateCommand,
  studyCommand,
  studyInitCommand,
  predictCommand,
  serveCommand,
  profileCommand,
  exportCommand,
  doctorCommand,
  demoCommand,
];

/** First words that several commands share. */
export const commandGroups: readonly CommandGroup[] = [slideGroup];
