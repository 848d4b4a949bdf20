// One planned slide from its name to its files: the pyramid, and the outlines beside it.
import { join } from "node:path";
import { type Polygon, ringOf, writeGeoJson } from "../annotation/index.ts";
import { writePyramid } from "../image/index.ts";
import { hashBytes, hashFile, writeFileAtomically } from "../machine/index.ts";
import { drawSide, patientOf, type SynthesisParameters } from "./plan.ts";
import { Glass } from "./slide-glass.ts";
import { layOutSlide, PEN_STRIP, type Placed } from "./slide-layout.ts";
import { drawBlurred, SlidePicture } from "./slide-picture.ts";
import { type PlannedSlide, slideGenerator } from "./slide-plan.ts";
import { type LaidPiece, layPiece, paintPiece } from "./synthesize-piece.ts";
import type { TissueTruth } from "./synthesize-tissue.ts";

/** What is remembered of a written slide. */
export interface RenderedSlide {
  readonly file: string;
  readonly sha256: string;
  /** The outlines, written beside a labelled slide. */
  readonly beside: { readonly file: string; readonly sha256: string } | null;
  readonly width: number;
  readonly height: number;
  /** A mark of a pen is on the glass. */
  readonly pen: boolean;
  readonly pieces: readonly RenderedPiece[];
}

/** A piece on its slide: its box (with some glass) in level-0 px and the truth about it. */
export interface RenderedPiece extends Placed {
  readonly blurred: boolean;
  readonly truth: TissueTruth;
}

/** How many slides bear a pen mark when artefacts are at their most. */
const PEN_SHARE = 0.35;

/** Draws a planned slide and writes it below `out`, its µm per pixel stated in the file. Equal plans give equal bytes. */
export async function renderSlide(
  out: string,
  planned: PlannedSlide,
  parameters: SynthesisParameters,
): Promise<RenderedSlide> {
  const drawn = new SlideDrawing(planned, parameters);
  const { width, height, pieces } = drawn.layout;
  const mpp = { x: parameters.mpp, y: parameters.mpp };
  const path = join(out, ...planned.file.split("/"));
  const truths: TissueTruth[] = [];
  const picture = new SlidePicture(drawn.layout, drawn.glass, (number) => {
    const { image, truth } = drawn.paint(number);
    truths[number] = truth;
    return image;
  });
  const beside = await writeOutlines(out, planned, drawn.outlines());
  await writePyramid(path, {
    width,
    height,
    mpp,
    read: (_left, top, _width, rows) => picture.read(top, rows),
  });
  return {
    file: planned.file,
    sha256: await hashFile(path),
    beside,
    width,
    height,
    pen: drawn.pen,
    pieces: pieces.map((place, i) => ({ ...place, blurred: drawn.blurred[i]!, truth: truths[i]! })),
  };
}

async function writeOutlines(
  out: string,
  { annotation, label }: PlannedSlide,
  outlines: readonly Polygon[],
): Promise<RenderedSlide["beside"]> {
  if (annotation === null) return null;
  const features = outlines.map((outline, i) => ({ polygons: [outline], label, name: `piece ${i + 1}` }));
  const text = writeGeoJson(features);
  await writeFileAtomically(join(out, ...annotation.split("/")), text);
  return { file: annotation, sha256: hashBytes(text) };
}

/** Everything decided about a slide before it is painted. Pieces are laid again for painting: that holds no memory. */
class SlideDrawing {
  readonly layout: ReturnType<typeof layOutSlide>;
  readonly glass: Glass;
  readonly pen: boolean;
  readonly blurred: readonly boolean[];
  readonly #planned: PlannedSlide;
  readonly #parameters: SynthesisParameters;
  readonly #patient: ReturnType<typeof patientOf>;
  readonly #outlines: readonly LaidPiece["outline"][];

  constructor(planned: PlannedSlide, parameters: SynthesisParameters) {
    this.#planned = planned;
    this.#parameters = parameters;
    this.#patient = patientOf(planned, parameters);
    const { artefacts, mpp } = parameters;
    const generator = this.#stream("slide");
    this.pen = generator.bernoulli(PEN_SHARE * artefacts);
    this.blurred = drawBlurred(planned.pieces, artefacts, generator);
    const measured = this.blurred.map((_, number) => {
      const { width, height, outline } = this.#lay(number);
      return { width, height, outline };
    });
    this.#outlines = measured.map(({ outline }) => outline);
    this.layout = layOutSlide(measured, mpp, this.pen ? Math.round(PEN_STRIP / mpp) : 0, generator);
    const { width, height } = this.layout;
    const { white } = this.#patient.staining;
    this.glass = new Glass({ width, height, mpp, white, artefacts, pen: this.pen }, generator);
  }

  paint(number: number): ReturnType<typeof paintPiece> {
    return paintPiece(this.#lay(number), this.#stream("piece", number, "paint"));
  }

  /** The pieces' outlines in level-0 px. */
  outlines(): Polygon[] {
    return this.#outlines.map((outline, i) => {
      const { left, top } = this.layout.pieces[i]!;
      return { outer: ringOf(outline.flatMap(([x, y]) => [x + left, y + top])), holes: [] };
    });
  }

  #lay(number: number): LaidPiece {
    const { mpp, artefacts, size } = this.#parameters;
    const generator = this.#stream("piece", number, "shape");
    const side = drawSide(size, generator);
    const blurred = this.blurred[number]!;
    return layPiece({ patient: this.#patient, side, mpp, artefacts, blurred }, generator);
  }

  #stream(...path: (string | number)[]) {
    return slideGenerator(this.#parameters.seed, this.#planned.patient, ...path);
  }
}
