// Worker threads, the command line and the pages run compiled files: compile before any test so that they are never stale.
import { execFileSync } from "node:child_process";

export function setup(): void {
  if (process.env.LOWMAG_TEST_BUILT === "1") return;
  for (const command of [
    ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"],
    ["scripts/build-web.js"],
  ]) {
    execFileSync(process.execPath, command, { stdio: "inherit" });
  }
}
