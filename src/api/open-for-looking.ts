// Opens one slide for a command that looks at it, and closes it again.
import type { Decoders } from "../codec/index.ts";
import { loadDecoders, openSlide } from "../local/index.ts";
import type { Slide } from "../slide/index.ts";

/** Options that say which slide and how to read it. */
export interface SlideChoice {
  readonly file: string;
  readonly slideMpp?: number | undefined;
  readonly backend: "auto" | "own" | "openslide";
  readonly decoder: "auto" | "wasm" | "native";
}

/** Calls `work` with the slide and the name of the decoder of its tiles. */
export async function withSlide<T>(
  { file, slideMpp, backend, decoder }: SlideChoice,
  work: (slide: Slide, decoder: string) => Promise<T>,
): Promise<T> {
  const decoders = await loadDecoders(decoder);
  const slide = await openSlide(file, { mpp: slideMpp, backend, decoders });
  try {
    return await work(slide, decoderOf(slide, decoders));
  } finally {
    await slide.close();
  }
}

/** Who decodes the tiles of level 0; "" where nothing is compressed. */
function decoderOf({ format, levels }: Slide, { jpeg, jpeg2000 }: Decoders): string {
  if (format === "openslide") return "OpenSlide";
  const compression = levels[0]!.compression.toLowerCase();
  if (compression.includes("2000")) return jpeg2000.description;
  return compression.includes("jpeg") && format !== "image" ? jpeg.description : "";
}
