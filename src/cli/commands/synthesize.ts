// `lowmag synthesize`: makes synthetic tissue.
import { synthesizeOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";

export const synthesizeCommand = defineCommand({
  name: "synthesize",
  summary: "Make synthetic H&E-like tissue images with known labels.",
  description:
    "Draws duodenal mucosa of three classes (Abnormal, Normal, Sprue) whose cues live at different scales, with patients, staining differences and manifests. For demonstrations, tests and experiments, never for diagnostic models.",
  examples: [
    {
      command:
        "lowmag synthesize --out tissue --patients 60 --images-per-patient 2 --unlabelled-patients 60 --seed 1",
      says: "120 labelled and 120 unlabelled images of 384 x 384 pixels at 1 µm per pixel.",
    },
  ],
  options: synthesizeOptions,
  async run(options, context) {
    const { synthesize } = await import("../../api/index.ts");
    const result = await synthesize(options, context);
    const { out, images, unlabelledImages, manifest, unlabelledManifest, classCounts } = result;
    const counts = Object.entries(classCounts).map(([name, count]) => `${count} ${name}`);
    const lines = [
      `${images} labelled images (${counts.join(", ")}): ${manifest}`,
      ...(unlabelledManifest === null
        ? []
        : [`${unlabelledImages} unlabelled images: ${unlabelledManifest}`]),
      `Next: lowmag split --data ${manifest} --out ${out}/splits.csv`,
    ];
    return { result, text: lines.join("\n") };
  },
});
