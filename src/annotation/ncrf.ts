// The JSON of tumour outlines that the CAMELYON16 baseline NCRF uses: lists `positive` and `negative` of
// {name, vertices}, in level-0 pixels. Negative outlines are cut out of the positive ones.
import { AnnotationDraft } from "./draft.ts";
import { elements, field } from "./json.ts";
import { ringOfPositions } from "./positions.ts";

/** The label of all regions: the format knows one class. */
const LABEL = "positive";

/** True for an object with a list `positive` or `negative`. */
export function isNcrf(value: unknown): boolean {
  return Array.isArray(field(value, "positive")) || Array.isArray(field(value, "negative"));
}

/** Reads the parsed lists. */
export function readNcrf(value: unknown, file: string): AnnotationDraft {
  const draft = new AnnotationDraft(file, "ncrf");
  for (const list of [LABEL, "negative"])
    for (const region of elements(field(value, list))) {
      const name = field(region, "name");
      const outer = ringOfPositions(field(region, "vertices"), draft);
      draft.add({
        label: LABEL,
        name: typeof name === "string" ? name : null,
        negative: list !== LABEL,
        polygons: [{ outer, holes: [] }],
      });
    }
  return draft;
}
