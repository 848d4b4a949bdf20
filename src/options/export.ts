// Options of `export`: a trained model as a standard ONNX file.
import * as z from "zod";
import { seed } from "./fragments.ts";

/** Options of {@link exportModel}. */
export const exportOptions = z.strictObject({
  run: z.string().min(1).meta({ placeholder: "RUN", description: "Run folder of the model." }),
  out: z.string().min(1).meta({ placeholder: "FILE", description: "ONNX file to write." }),
  overwrite: z.boolean().default(false).meta({ description: "Replace an existing file." }),
  seed: seed.meta({ description: "Accepted for uniformity; the export has no random part." }),
});

/** What a caller of `exportModel` gives. */
export type ExportOptions = z.input<typeof exportOptions>;
