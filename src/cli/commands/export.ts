// `lowmag export`: a trained model for other programs.
import { exportOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";
import { pageLines } from "../page-text.ts";

export const exportCommand = defineCommand({
  name: "export",
  summary: "Write a trained model as a standard ONNX file, with its card, or as a web page.",
  description:
    "The file takes `image` [N, 3, H, W], RGB in 0..1 at the model's µm per pixel, of any size, and gives `probabilities` and `logits` [N, K], `featureMap` and `classActivation`; standardisation is inside. Classes, µm per pixel, rules of cutting, hashes and licence stand in its metadata and in the card beside it (docs/export.md).",
  examples: [
    {
      command: "lowmag export runs/student-4 --out student.onnx",
      says: "One self-contained file, and its card.",
    },
    {
      command:
        'lowmag export runs/student-4 --out small.onnx --quantise int8 --data tiles --splits splits.csv --licence "CC BY 4.0"',
      says: "A quarter of the bytes; what that loses is measured on the validation images.",
    },
    {
      command: "lowmag export runs/student-4 --out student.onnx --wsinfer student-wsinfer",
      says: "And a folder for WSInfer.",
    },
    {
      command: "lowmag export runs/student-4 --page site",
      says: "A web page in which slides are classified without leaving the machine (docs/page.md).",
    },
  ],
  positionals: [{ key: "run", variadic: false }],
  options: exportOptions,
  async run(options, context) {
    const { exportModel } = await import("../../api/export.ts");
    const { lossLines } = await import("../../api/export-card.ts");
    const result = await exportModel(options, context);
    const { out, bytes, card, page, wsinfer, quantisation } = result;
    const lines = [
      ...(out === null ? [] : [`${out} (${(bytes / 1e6).toFixed(1)} MB)`]),
      ...(card === null ? [] : [card.text, card.json]),
      ...(wsinfer === null ? [] : [`${wsinfer} (for WSInfer: run to_torchscript.py in it, with PyTorch)`]),
      ...(quantisation === null ? [] : lossLines(quantisation).map((line) => line.replace(/^- /, ""))),
      ...(page === null ? [] : pageLines(page)),
    ];
    return { result, text: lines.join("\n") };
  },
});
