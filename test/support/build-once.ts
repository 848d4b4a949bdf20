// Worker threads and the command line run compiled files: compile before any test so that they are never stale.
import { execFileSync } from "node:child_process";

export function setup(): void {
  if (process.env.LOWMAG_TEST_BUILT === "1") return;
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "tsconfig.build.json"], {
    stdio: "inherit",
  });
}
