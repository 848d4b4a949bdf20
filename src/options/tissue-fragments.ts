// Options of finding tissue, shared by `slide tissue` and `prepare`. The defaults are those of the tissue room.
import * as z from "zod";

/** The tissue methods by name; a test compares this list with the tissue room. */
export const TISSUE_METHOD_NAMES = ["saturation", "grey", "optical-density", "texture"] as const;

const TISSUE = "Tissue";

/** How tissue is found and divided into pieces. */
export const tissueOptions = {
  tissueMethod: z.enum(TISSUE_METHOD_NAMES).default("saturation").meta({
    group: TISSUE,
    description:
      "How tissue is told from glass: by colour (H&E, IHC), darkness, density, or the texture of pale tissue.",
  }),
  tissueThreshold: z.number().min(0).lt(255).optional().meta({
    group: TISSUE,
    description: "Threshold of the method, 0 to 255 (default: Otsu's, within limits).",
  }),
  tissueMpp: z.number().min(1).max(64).default(8).meta({
    group: TISSUE,
    placeholder: "UM",
    description: "Resolution in µm per pixel at which tissue is looked for.",
  }),
  minArea: z.number().min(0).max(10_000).default(0.05).meta({
    group: TISSUE,
    placeholder: "MM2",
    description: "Least tissue of a piece in mm²; smaller ones are left out.",
  }),
  joinGap: z.number().min(0).max(100_000).default(200).meta({
    group: TISSUE,
    placeholder: "UM",
    description: "Tissue across gaps up to this many µm is one piece.",
  }),
  margin: z.number().min(0).max(10_000).default(100).meta({
    group: TISSUE,
    placeholder: "UM",
    description: "Background around a piece's tissue, on each side, in µm.",
  }),
  fringe: z.number().min(0).max(10_000).default(32).meta({
    group: TISSUE,
    placeholder: "UM",
    description: "How far outside its tissue a piece is kept where the rest becomes white, in µm.",
  }),
};
