// `lowmag profile`: what models cost.
import { profileOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { formatTable } from "../table.ts";

export const profileCommand = defineCommand({
  name: "profile",
  summary: "Say what models cost: MACs, parameters, seconds.",
  description:
    "Counts multiply-accumulates per pixel of input and per mm² of tissue, and times forward passes over a square field of tissue on one thread. FLOPs are twice the MACs.",
  examples: [
    { command: "lowmag profile runs/*", says: "All runs side by side." },
    { command: "lowmag profile runs/teacher --field 2048 --repeats 9", says: "A field of 2048 x 2048 µm." },
  ],
  positionals: [{ key: "runs", variadic: true }],
  options: profileOptions,
  async run(options, context) {
    const { profile } = await import("../../api/profile.ts");
    const result = await profile(options, context);
    const header = [
      "run",
      "architecture",
      "µm/px",
      "parameters",
      "MAC/px",
      "GMAC/mm²",
      "input",
      "ms",
      "Mpx/s",
    ];
    const rows = result.models.map((model) => [
      model.name,
      model.architecture,
      `${model.mpp}`,
      model.parameters.toLocaleString("en-US"),
      model.macsPerPixel.toFixed(0),
      (model.macsPerMm2 / 1e9).toPrecision(4),
      `${model.width} x ${model.height}`,
      model.seconds === null ? "–" : (model.seconds * 1000).toPrecision(3),
      model.seconds === null ? "–" : ((model.width * model.height) / model.seconds / 1e6).toPrecision(3),
    ]);
    return { result, text: `${formatTable(header, rows)}\nA field of ${result.field} x ${result.field} µm.` };
  },
});
