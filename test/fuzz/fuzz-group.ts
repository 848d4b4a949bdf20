// One short test per target of a group: as many damaged copies as `mutationCount` says.
import { describe, expect, it } from "vitest";
import { mutationCount } from "../support/mutate.ts";
import { fuzz } from "./target.ts";
import { FUZZ_GROUPS } from "./targets.ts";

/** Registers the tests of a group. */
export function describeFuzz(group: keyof typeof FUZZ_GROUPS): void {
  describe(`${mutationCount()} damaged copies of`, () => {
    it.each(FUZZ_GROUPS[group])(
      "$name end in pixels or a typed error",
      { timeout: 600_000 },
      async (target) => {
        const { outcomes } = await fuzz(target, mutationCount());
        // A generator that damaged nothing would test nothing.
        expect(outcomes.get("corrupt-data") ?? 0).toBeGreaterThan(mutationCount() / 10);
      },
    );
  });
}
