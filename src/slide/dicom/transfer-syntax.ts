// The transfer syntaxes of DICOM: how the header is written and how the pixels are compressed, and which of them
// lowmag reads. Those it does not read are refused by name.
import type { StatedColour } from "../../codec/index.ts";
import { unsupported } from "../errors.ts";

/** How one file is encoded. */
export interface TransferSyntax {
  readonly uid: string;
  readonly explicit: boolean;
  readonly codec: "none" | "jpeg" | "jpeg2000";
  /** As `slide info` names it. */
  readonly compression: string;
}

const READ: Readonly<Record<string, Omit<TransferSyntax, "uid">>> = {
  "1.2.840.10008.1.2": { explicit: false, codec: "none", compression: "none" },
  "1.2.840.10008.1.2.1": { explicit: true, codec: "none", compression: "none" },
  "1.2.840.10008.1.2.4.50": { explicit: true, codec: "jpeg", compression: "JPEG" },
  "1.2.840.10008.1.2.4.51": { explicit: true, codec: "jpeg", compression: "JPEG" },
  "1.2.840.10008.1.2.4.90": { explicit: true, codec: "jpeg2000", compression: "JPEG 2000" },
  "1.2.840.10008.1.2.4.91": { explicit: true, codec: "jpeg2000", compression: "JPEG 2000" },
};

/** By the beginning of the UID, longest first. */
const NAMES: readonly (readonly [string, string])[] = [
  ["1.2.840.10008.1.2.1.99", "deflated headers (Deflated Explicit VR Little Endian)"],
  ["1.2.840.10008.1.2.1.98", "encapsulated uncompressed frames"],
  ["1.2.840.10008.1.2.2", "big-endian numbers (Explicit VR Big Endian, retired)"],
  ["1.2.840.10008.1.2.4.57", "lossless JPEG"],
  ["1.2.840.10008.1.2.4.70", "lossless JPEG"],
  ["1.2.840.10008.1.2.4.80", "JPEG-LS"],
  ["1.2.840.10008.1.2.4.81", "JPEG-LS"],
  ["1.2.840.10008.1.2.4.92", "multi-component JPEG 2000"],
  ["1.2.840.10008.1.2.4.93", "multi-component JPEG 2000"],
  ["1.2.840.10008.1.2.4.20", "high-throughput JPEG 2000"],
  ["1.2.840.10008.1.2.4.11", "JPEG XL"],
  ["1.2.840.10008.1.2.4.10", "MPEG video"],
  ["1.2.840.10008.1.2.5", "run-length encoding (RLE)"],
];

/** The syntax of a UID. Throws `unsupported-format` naming what is not read. */
export function transferSyntax(uid: string, where: string): TransferSyntax {
  const known = READ[uid];
  if (known !== undefined) return { uid, ...known };
  const name =
    NAMES.find(([start]) => uid.startsWith(start))?.[1] ?? "a compression that lowmag does not know";
  throw unsupported(
    where,
    "JPEG, JPEG 2000 or uncompressed frames",
    `${name} (transfer syntax ${uid})`,
    "Convert the file to JPEG baseline or JPEG 2000 first (dcmtk's dcmconv and dcmcjpeg do).",
  );
}

/** What the photometric interpretation tells a decoder of the stream's colours. Throws `unsupported-format`. */
export function statedColour(
  photometric: string,
  samples: number,
  { codec }: TransferSyntax,
  where: string,
): StatedColour {
  if (photometric === "MONOCHROME2" && samples === 1) return "grey";
  if (samples === 3 && photometric === "RGB") return "rgb";
  // The colour transforms of JPEG 2000 itself are undone by its decoder.
  if (samples === 3 && codec === "jpeg2000" && /^YBR_(ICT|RCT)$/.test(photometric)) return "rgb";
  if (samples === 3 && codec !== "none" && /^YBR_FULL(_422)?$/.test(photometric)) return "ycbcr";
  throw unsupported(
    where,
    "RGB or YBR colours in 3 samples, or MONOCHROME2 in 1",
    `photometric interpretation "${photometric}" in ${samples} samples`,
  );
}
