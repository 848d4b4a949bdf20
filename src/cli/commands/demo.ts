// `lowmag demo`: the whole story on synthetic tissue, in minutes.
import { demoOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { studyText } from "../study-text.ts";

export const demoCommand = defineCommand({
  name: "demo",
  summary: "Watch the method work on synthetic tissue, in about seven minutes.",
  description:
    "Draws synthetic slides, cuts them into tissue images, trains a teacher at 1 µm per pixel, distils students and trains label-only baselines at lower magnifications, compares all on a test split and writes report.html: a small `lowmag study`, whose file lies beside it. Then teacher and student classify new slides. Needs no data.",
  examples: [
    {
      command: "lowmag demo",
      says: "About seven minutes on two cores; the report is lowmag-demo/study/report/report.html.",
    },
    { command: "lowmag demo --out other --seed 2 --mpps 4,8", says: "Another seed, two resolutions." },
  ],
  options: demoOptions,
  async run(options, context) {
    const { demo } = await import("../../api/demo.ts");
    const { metricName } = await import("../../report/index.ts");
    const result = await demo(options, context);
    const look = `Teacher and student on new slides, side by side: npx lowmag serve ${result.results}`;
    return { result, text: `${studyText(result, metricName)}\n${look}` };
  },
});
