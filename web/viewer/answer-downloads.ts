// A slide's answer as files to keep: the pieces for a spreadsheet, outlines and map for QuPath.
import {
  csvText,
  pieceColumns,
  pieceRows,
  predictionGeoJson,
  type SlideOverlay,
  type SlidePrediction,
} from "../../src/classify/index.ts";
import type { Download } from "../library.ts";

/** What the files are made of; asked for when a file is. */
export interface AnswerToKeep {
  readonly prediction: SlidePrediction;
  readonly overlay: SlideOverlay;
}

/**
 * The files of one answer, made in the browser.
 *
 * @param name of the files, without an extension; what no file system takes is replaced.
 */
export function answerDownloads(name: string, load: () => Promise<AnswerToKeep>): readonly Download[] {
  const file = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 100);
  const csv = async () => {
    const { prediction } = await load();
    const rows = [pieceColumns(prediction.model.classes), ...pieceRows(prediction)];
    return new Blob([csvText(rows)], { type: "text/csv" });
  };
  const geoJson = (objects: "pieces" | "cells") => async () => {
    const { prediction, overlay } = await load();
    return new Blob([predictionGeoJson(prediction, overlay, { objects })], { type: "application/geo+json" });
  };
  return [
    { label: "Pieces (CSV)", file: `${file}.csv`, load: csv },
    { label: "Pieces (GeoJSON)", file: `${file}.geojson`, load: geoJson("pieces") },
    { label: "Map (GeoJSON)", file: `${file}-map.geojson`, load: geoJson("cells") },
  ];
}
