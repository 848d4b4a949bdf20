// What is known of a slide, in words.
import type { SlideInfoResult, SlidePicture, SlideTissueResult } from "../api/index.ts";
import { formatTable } from "./table.ts";

const MPP_SOURCES: Readonly<Record<string, string>> = {
  vendor: "the scanner's own text",
  "resolution-tag": "the resolution tag",
  ome: "the OME metadata",
  dicom: "the DICOM pixel spacing",
  option: "the command line",
  objective: "the objective power: a guess",
};

/** A slide's facts as lines, and its levels as a table. */
export function slideInfoText(info: SlideInfoResult): string {
  const facts: readonly (readonly [string, string])[] = [
    ["file", info.file],
    ["format", info.vendor === "" ? info.format : `${info.format} (${info.vendor})`],
    ["size", `${info.width} x ${info.height} pixels${millimetres(info)}`],
    ["µm/px", mppText(info)],
    ["objective", info.objective === null ? "unknown" : `${info.objective}x`],
    ["bounds", boundsText(info)],
    [
      "beside it",
      info.associated.map(({ name, width, height }) => `${name} ${width} x ${height}`).join(", "),
    ],
    ["colours", info.iccProfile ? "colour profile embedded (not applied without --icc)" : ""],
    ["decoder", info.decoder],
    ...Object.entries(info.properties),
  ];
  const width = Math.max(...facts.map(([name]) => name.length));
  const lines = facts.flatMap(([name, value]) => (value === "" ? [] : [`${name.padEnd(width)}  ${value}`]));
  const levels = info.levels.map((level, number) => [
    `${number}`,
    `${level.width} x ${level.height}`,
    level.downsample.toFixed(4).replace(/\.?0+$/, ""),
    level.mpp === null ? "–" : `${Number(level.mpp.toPrecision(5))}`,
    `${level.tileWidth} x ${level.tileHeight}`,
    level.compression,
  ]);
  const table = formatTable(["level", "pixels", "downsample", "µm/px", "tile", "compression"], levels);
  return [...lines, "", table, ...info.notes.map((note) => `Note: ${note}`)].join("\n");
}

function mppText({ mpp, mppSource }: SlideInfoResult): string {
  if (mpp === null) return "unknown: give it with --slide-mpp";
  const value = mpp.x === mpp.y ? `${mpp.x}` : `${mpp.x} x ${mpp.y}`;
  return mppSource === null ? value : `${value}, from ${MPP_SOURCES[mppSource] ?? mppSource}`;
}

function millimetres({ width, height, mpp }: SlideInfoResult): string {
  if (mpp === null) return "";
  return `, ${((width * mpp.x) / 1000).toFixed(2)} x ${((height * mpp.y) / 1000).toFixed(2)} mm`;
}

function boundsText({ bounds }: SlideInfoResult): string {
  return bounds === null ? "" : `${bounds.width} x ${bounds.height} at ${bounds.left}, ${bounds.top}`;
}

/** A picture that was written. */
export function writtenText({ out, width, height, mpp }: SlidePicture): string {
  const scale = mpp === null ? "" : ` at ${Number(mpp.toPrecision(5))} µm/px`;
  return `${out} (${width} x ${height} pixels${scale})`;
}

/** The pieces of tissue as a table. */
export function tissueText(result: SlideTissueResult): string {
  const rows = result.pieces.map(({ number, box, area, blur, blurred, pen }) => [
    `${number}`,
    `${box.left}, ${box.top}`,
    `${box.width} x ${box.height}`,
    area.toFixed(3),
    blur === null ? "–" : `${blur.toPrecision(3)}${blurred ? " (blurred)" : ""}`,
    `${(100 * pen).toFixed(1)}%`,
  ]);
  const pieces = `${result.pieces.length} ${result.pieces.length === 1 ? "piece" : "pieces"}`;
  return [
    ...(rows.length === 0
      ? []
      : [formatTable(["piece", "at (level 0)", "size (level 0)", "mm²", "blur µm", "pen"], rows)]),
    `${pieces}, ${result.tissueArea.toFixed(3)} mm² of tissue, by ${result.method} above ${Number(result.threshold.toPrecision(4))}`,
    ...result.notes.map((note) => `Note: ${note}`),
    writtenText(result),
  ].join("\n");
}
