// What a worker draws: images or slides, told apart by name.
import type { PlannedImage, SynthesisParameters } from "./plan.ts";
import { type RenderedImage, renderImage } from "./render-image.ts";
import { type RenderedSlide, renderSlide } from "./render-slide.ts";
import type { PlannedSlide } from "./slide-plan.ts";

interface Kinds {
  readonly images: { readonly planned: PlannedImage; readonly rendered: RenderedImage };
  readonly slides: { readonly planned: PlannedSlide; readonly rendered: RenderedSlide };
}

/** What a synthesis makes. */
export type SynthesisKind = keyof Kinds;
export type Planned<Kind extends SynthesisKind> = Kinds[Kind]["planned"];
export type RenderedOf<Kind extends SynthesisKind> = Kinds[Kind]["rendered"];

type Renderers = {
  readonly [Kind in SynthesisKind]: (
    out: string,
    planned: Planned<Kind>,
    parameters: SynthesisParameters,
  ) => Promise<RenderedOf<Kind>>;
};

/** Draws one planned thing and writes it below a folder. */
export const renderers: Renderers = { images: renderImage, slides: renderSlide };
