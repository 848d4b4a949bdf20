// The list of commands, in the order in which help shows them.
import type { Command } from "../command.ts";
import { doctorCommand } from "./doctor.ts";
import { synthesizeCommand } from "./synthesize.ts";

export const commands: readonly Command[] = [synthesizeCommand, doctorCommand];
