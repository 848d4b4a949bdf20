// The page's slides as the viewer wants them: rows and answers from the session, pixels from the worker that reads slides.
import {
  overlayJson,
  predictionGeoJson,
  predictionJson,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import type { AnswerView, Download, ModelView, SlideLibrary, SlideRow, SlideView } from "../library.ts";
import { piecesTable } from "./downloads.ts";
import { type Job, secondsText } from "./jobs.ts";
import type { Session } from "./session.ts";
import type { SlideCard } from "./shelf.ts";

/** There is one model; it needs no other name. */
const MODEL = "model";

/** Longer side of thumbnails, in pixels. */
const THUMBNAIL = 512;

/** Side of the viewer's tiles, in pixels: the worker's. */
const TILE = 512;

/** A session as a library of slides. */
export class PageLibrary implements SlideLibrary {
  readonly kind = "page";

  constructor(readonly session: Session) {}

  async models(): Promise<readonly ModelView[]> {
    const { name, classes, mpp } = this.session.site.model.facts;
    return [{ id: MODEL, name, classes, mpp }];
  }

  async slides(): Promise<readonly SlideRow[]> {
    return this.session.jobs.filter(({ card }) => card !== null).map(rowOf);
  }

  async slide(id: string): Promise<SlideView> {
    const card = this.#card(id);
    const { name, width, height, mpp, objective } = card;
    const facts = [...factsOf(card), ...answerFacts(this.#answer(id)?.prediction)];
    return { id, name, width, height, mpp, objective, tileSize: TILE, facts };
  }

  async tile(
    id: string,
    level: number,
    column: number,
    row: number,
    signal: AbortSignal,
  ): Promise<ImageBitmap> {
    return await this.session.slides("tile", { id: this.#card(id).id, level, column, row }, { signal });
  }

  async thumbnail(id: string): Promise<ImageBitmap> {
    return await this.session.slides("thumbnail", { id: this.#card(id).id, side: THUMBNAIL });
  }

  async prediction(slide: string, model: string): Promise<SlidePrediction | null> {
    return model === MODEL ? (this.#answer(slide)?.prediction ?? null) : null;
  }

  async overlay(slide: string, model: string): Promise<SlideOverlay | null> {
    return model === MODEL ? (this.#answer(slide)?.overlay ?? null) : null;
  }

  downloads(slide: string): readonly Download[] {
    const answer = this.#answer(slide);
    if (answer === null) return [];
    const { prediction, overlay } = answer;
    const stem = prediction.slide.replace(/[^\p{L}\p{N}._-]+/gu, "_");
    const file = (label: string, ending: string, type: string, text: () => string): Download => ({
      label,
      file: `${stem}${ending}`,
      load: async () => new Blob([text()], { type }),
    });
    const geo = "application/geo+json";
    return [
      file("Pieces (CSV)", "-pieces.csv", "text/csv", () => piecesTable([prediction])),
      file("Pieces for QuPath (GeoJSON)", "-pieces.geojson", geo, () =>
        predictionGeoJson(prediction, overlay),
      ),
      file("Heat map for QuPath (GeoJSON)", "-cells.geojson", geo, () =>
        predictionGeoJson(prediction, overlay, { objects: "cells" }),
      ),
      file("Everything known (JSON)", "-prediction.json", "application/json", () =>
        predictionJson(prediction),
      ),
      file("Heat map (JSON)", "-overlay.json", "application/json", () => overlayJson(overlay)),
    ];
  }

  subscribe(listener: () => void): () => void {
    return this.session.subscribe(listener);
  }

  #card(id: string): SlideCard {
    const card = this.session.job(id)?.card;
    if (card != null) return card;
    throw new Error("This slide is not on the page: slides are gone when the page is left. Drop it again.");
  }

  #answer(id: string): { prediction: SlidePrediction; overlay: SlideOverlay } | null {
    const state = this.session.job(id)?.state;
    return state?.kind === "done" ? state : null;
  }
}

function rowOf({ id, name, state }: Job): SlideRow {
  const answers = state.kind === "done" ? [answerOf(state.prediction)] : [];
  const problem = state.kind === "failed" ? state.message : state.kind === "cancelled" ? "Cancelled" : null;
  return { id, name, truth: null, answers, disagreement: null, problem };
}

function answerOf({ answer, pieces, tissueArea }: SlidePrediction): AnswerView {
  const { label, probabilities } = answer;
  return { model: MODEL, label, probabilities, pieces: pieces.length, tissueArea };
}

/** How long it took, and what computed. */
function answerFacts(prediction: SlidePrediction | undefined): SlideView["facts"] {
  if (prediction === undefined) return [];
  const { total, reading, computing } = prediction.seconds;
  const spent = `${secondsText(total)}: ${secondsText(reading)} reading, ${secondsText(computing)} computing`;
  const facts = [
    { name: "Time", value: spent },
    { name: "Computed by", value: prediction.engine },
  ];
  return [...facts, ...prediction.notes.map((value) => ({ name: "Note", value }))];
}

const FORMATS: Readonly<Record<string, string>> = {
  aperio: "Aperio SVS",
  dicom: "DICOM",
  hamamatsu: "Hamamatsu NDPI",
  image: "Image",
  leica: "Leica SCN",
  "ome-tiff": "OME-TIFF",
  philips: "Philips TIFF",
  tiff: "TIFF",
  ventana: "Ventana BIF",
};

const SOURCES: Readonly<Record<string, string>> = {
  vendor: "stated by the scanner",
  "resolution-tag": "from the file's resolution",
  ome: "from OME-XML",
  dicom: "from DICOM",
  option: "as you stated it",
  objective: "from the objective",
};

function factsOf(card: SlideCard): SlideView["facts"] {
  const { format, vendor, width, height, levels, compression, mpp, mppSource, objective, decoder } = card;
  const size =
    mpp === null ? "unknown" : `${Number(mpp.x.toPrecision(4))} (${SOURCES[mppSource ?? ""] ?? ""})`;
  const facts: readonly (readonly [string, string])[] = [
    ["Format", [FORMATS[format] ?? format, vendor].filter(Boolean).join(", ")],
    ["Size", `${width.toLocaleString("en")} x ${height.toLocaleString("en")} px`],
    ["Levels", `${levels}, ${compression}`],
    ["µm/px", size],
    ...(objective === null ? [] : [["Objective", `${objective}x`] as const]),
    ["Decoded by", decoder],
  ];
  return facts.map(([name, value]) => ({ name, value }));
}
