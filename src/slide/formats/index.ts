// The formats that are TIFF files, in the order in which they are asked; the last claims what nobody else does.
import { aperio } from "./aperio.ts";
import { genericTiff } from "./generic.ts";
import { leica } from "./leica.ts";
import { omeTiff } from "./ome.ts";
import { perkinElmer } from "./perkin-elmer.ts";
import { philips } from "./philips.ts";
import type { TiffFormat } from "./plan.ts";
import { ventana } from "./ventana.ts";

/** Asked from the first to the last. */
export const TIFF_FORMATS: readonly TiffFormat[] = [
  aperio,
  philips,
  leica,
  ventana,
  perkinElmer,
  omeTiff,
  genericTiff,
];
