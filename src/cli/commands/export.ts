// `lowmag export`: a trained model for other programs.
import { exportOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";

export const exportCommand = defineCommand({
  name: "export",
  summary: "Write a trained model as a standard ONNX file.",
  description:
    "The file takes `image` [N, 3, H, W], RGB in 0..1 at the model's µm per pixel, of any size, and gives `probabilities` and `logits` [N, K]; standardisation is inside. Classes, µm per pixel and licence notes stand in its metadata.",
  examples: [
    { command: "lowmag export runs/student-4 --out student.onnx", says: "One self-contained file." },
  ],
  positionals: [{ key: "run", variadic: false }],
  options: exportOptions,
  async run(options, context) {
    const { exportModel } = await import("../../api/index.ts");
    const result = await exportModel(options, context);
    return { result, text: `${result.out} (${(result.bytes / 1e6).toFixed(1)} MB)` };
  },
});
