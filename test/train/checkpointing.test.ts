// Checkpointing changes what a training needs, never what comes out of it.
import { afterAll, beforeAll, expect, it } from "vitest";
import { encodeSafetensors } from "../../src/models/index.ts";
import { labelTask, makeTissue, runBriefly, type TestTissue } from "./tissue.ts";

let tissue: TestTissue;
beforeAll(async () => {
  tissue = await makeTissue();
});
afterAll(() => tissue.remove());

it("trains the same network, byte by byte, whether values are kept or recomputed", async () => {
  const results = [];
  for (const checkpointing of [false, true])
    results.push(await runBriefly(tissue, labelTask(tissue), { checkpointing }));
  const [kept, recomputed] = results.map(({ state }) => Buffer.from(encodeSafetensors(state, {})));
  expect(recomputed!.equals(kept!)).toBe(true);
  expect(results[1]!.log.map(({ train }) => train)).toEqual(results[0]!.log.map(({ train }) => train));
});
