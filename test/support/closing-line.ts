// Ends a test run with one line that people and machines read alike: `12 passed, 0 failed, 3 skipped`.
import type { Reporter, TestModule } from "vitest/node";

/** Counts every test of a run; a test file that cannot be loaded counts as one failed test. */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === "pending" ? "skipped" : state]++;
      }
    }
    // A run without tests proves nothing, whatever the exit code says.
    if (counts.passed + counts.failed === 0) process.exitCode = 1;
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped\n`);
  }
}
