// The one door for annotation files: which format it is, by content; then names, the move to the slide's origin, and the
// check of every region.
import { fail } from "../base/index.ts";
import { readAsap } from "./asap.ts";
import { decodeText } from "./decode-text.ts";
import { describeRegion } from "./describe-region.ts";
import type { AnnotationDraft, RegionDraft } from "./draft.ts";
import { CHECK_STEPS, Effort } from "./effort.ts";
import { isGeoJson, readGeoJson } from "./geojson.ts";
import { parseJson } from "./json.ts";
import { readLayers } from "./layers.ts";
import { ANNOTATION_LIMITS, beyondLimit } from "./limits.ts";
import { isNcrf, readNcrf } from "./ncrf.ts";
import { NoteList } from "./note-list.ts";
import { polygonBounds, shiftRing } from "./ring.ts";
import type { AnnotationRegion, AnnotationSet, Polygon, ReadAnnotationsOptions } from "./types.ts";
import { checkRegion } from "./validity.ts";
import { rootElement } from "./xml.ts";

/**
 * Reads an annotation file: QuPath GeoJSON, ASAP XML, Aperio ImageScope XML, HALO, or NCRF's JSON.
 *
 * @param source the file's bytes, or its text.
 * @param file its name, for messages.
 * @returns regions in level-0 pixels, in the file's order.
 * @throws LowmagError `unsupported-format` for another kind of file; `corrupt-data` for a damaged or hostile one, and,
 *   unless `onInvalid` is `skip`, for a region that is no region.
 */
export function readAnnotations(
  source: string | Uint8Array,
  file: string,
  options: ReadAnnotationsOptions = {},
): AnnotationSet {
  const text = typeof source === "string" ? source.replace(/^\uFEFF/, "") : decodeText(source, file);
  if (text.length > ANNOTATION_LIMITS.characters)
    throw beyondLimit(file, ANNOTATION_LIMITS.characters, "characters");
  const draft = readDraft(text, file);
  const notes = new NoteList(file);
  const effort = new Effort(CHECK_STEPS);
  const regions = draft.regions
    .map((region, index) => finish(region, index, options))
    .filter((region) => accept(region, file, options, effort, notes));
  if (
    regions.every(({ label }) => label === null) &&
    regions.some(({ name, negative }) => name !== null && !negative)
  )
    notes.add("labels", "no region has a class, but some have names: labels can be taken from those");
  const { format, mpp } = draft;
  return { file, format, mpp, regions, notes: [...draft.skippedNotes(), ...notes.sentences()] };
}

function readDraft(text: string, file: string): AnnotationDraft {
  const [first] = /\S/.exec(text) ?? [];
  if (first === "<") {
    const root = rootElement(text);
    if (root === "ASAP_Annotations") return readAsap(text, file);
    // A document type declaration hides the root: the strict reader says so.
    if (root === "Annotations" || root === null) return readLayers(text, file);
    throw unsupported(file, `XML whose root is <${root.slice(0, 40)}>`);
  }
  if (first !== "{" && first !== "[")
    throw unsupported(file, first === undefined ? "an empty file" : "neither");
  const value = parseJson(text, file);
  if (isNcrf(value)) return readNcrf(value, file);
  if (isGeoJson(value)) return readGeoJson(value, file);
  throw unsupported(file, "JSON of another kind");
}

function unsupported(where: string, got: string): Error {
  return fail("unsupported-format", {
    where,
    expected: "annotations: QuPath GeoJSON, ASAP XML, ImageScope XML, HALO, or NCRF JSON",
    got,
    fix: "Export the annotations as GeoJSON from QuPath.",
  });
}

/** Chooses the label and moves the points. */
function finish(
  draft: Required<RegionDraft>,
  index: number,
  options: ReadAnnotationsOptions,
): AnnotationRegion {
  const { id, name, kind, colour, baseLabel } = draft;
  const { origin = { x: 0, y: 0 }, labelFrom = "class", negativeLabels = [] } = options;
  const label = { class: draft.label, "base-class": baseLabel, name }[labelFrom];
  const cutsAll = label !== null && negativeLabels.includes(label);
  const polygons =
    origin.x === 0 && origin.y === 0
      ? draft.polygons
      : draft.polygons.map((polygon) => shiftPolygon(polygon, origin.x, origin.y));
  return {
    index,
    id,
    label: cutsAll ? null : label,
    name: cutsAll ? (name ?? label) : name,
    negative: draft.negative || cutsAll,
    kind,
    colour,
    polygons,
    bounds: polygonBounds(polygons),
  };
}

function shiftPolygon({ outer, holes }: Polygon, dx: number, dy: number): Polygon {
  return { outer: shiftRing(outer, dx, dy), holes: holes.map((hole) => shiftRing(hole, dx, dy)) };
}

/** False for a region that is set aside; throws where that is not wanted. */
function accept(
  region: AnnotationRegion,
  file: string,
  { onInvalid = "error" }: ReadAnnotationsOptions,
  effort: Effort,
  notes: NoteList,
): boolean {
  const { defect, remark } = checkRegion(region.polygons, effort);
  if (defect === null) {
    if (remark !== null) notes.add("remark", `${describeRegion(region)} ${remark}`);
    return true;
  }
  if (onInvalid === "error")
    throw fail("corrupt-data", {
      where: `${file}, ${describeRegion(region)}`,
      expected: "outlines that enclose an area, with their holes inside",
      got: defect,
      fix: "Mend or remove it in the program that drew it, or have invalid regions set aside.",
    });
  notes.add("set aside", `${describeRegion(region)} was set aside: ${defect}`);
  return false;
}
