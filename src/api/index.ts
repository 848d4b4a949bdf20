// What the api room offers: one function per command, for programs. Each checks its options, puts the rooms together
// and returns plain data; the command line adds words and exit codes, nothing else.
export type { OperationContext } from "./context.ts";
export { type DoctorCheck, type DoctorResult, doctor } from "./doctor.ts";
export { type SynthesizeResult, synthesize } from "./synthesize.ts";
