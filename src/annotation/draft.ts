// What the readers of the formats hand over: regions as the file has them, before they are checked, named and moved.
// Everything that all formats share is here: names are cleaned, points counted, skipped objects counted by kind.
import { ANNOTATION_LIMITS, beyondLimit } from "./limits.ts";
import type { AnnotationFormat, Colour, Polygon, RegionKind } from "./types.ts";

/** A region as its file has it. */
export interface RegionDraft {
  readonly id?: string | null;
  readonly label?: string | null;
  /** The label of the widest group that holds it; the label itself where groups do not nest. */
  readonly baseLabel?: string | null;
  readonly name?: string | null;
  readonly negative?: boolean;
  readonly kind?: RegionKind;
  readonly colour?: Colour | null;
  readonly polygons: readonly Polygon[];
}

/** Collects what a reader finds in one file. */
export class AnnotationDraft {
  format: AnnotationFormat;
  mpp: number | null = null;
  readonly regions: Required<RegionDraft>[] = [];
  readonly #skipped = new Map<string, number>();
  #vertices = 0;

  constructor(
    readonly file: string,
    format: AnnotationFormat,
  ) {
    this.format = format;
  }

  /** Counts a point; to be called before it is kept. */
  countVertex(): void {
    if (++this.#vertices > ANNOTATION_LIMITS.vertices)
      throw beyondLimit(this.file, ANNOTATION_LIMITS.vertices, "points");
  }

  add(region: RegionDraft): void {
    if (this.regions.length >= ANNOTATION_LIMITS.regions)
      throw beyondLimit(this.file, ANNOTATION_LIMITS.regions, "regions");
    const label = this.#clean(region.label);
    this.regions.push({
      id: this.#clean(region.id),
      label,
      baseLabel: region.baseLabel === undefined ? label : this.#clean(region.baseLabel),
      name: this.#clean(region.name),
      negative: region.negative ?? false,
      kind: region.kind ?? "annotation",
      colour: region.colour ?? null,
      polygons: region.polygons,
    });
  }

  /** Counts an object that encloses nothing (a point, a line, a ruler), for a note. */
  skip(what: string): void {
    // A file can name its objects as it likes: beyond a handful, kinds are not told apart.
    const kind = this.#skipped.has(what) || this.#skipped.size < 8 ? what.slice(0, 40) : "other";
    this.#skipped.set(kind, (this.#skipped.get(kind) ?? 0) + 1);
  }

  /** One sentence on what was skipped, or none. */
  skippedNotes(): string[] {
    if (this.#skipped.size === 0) return [];
    const kinds = [...this.#skipped].map(([kind, count]) => `${count} ${printable(kind)}`).join(", ");
    return [`${this.file}: left out what encloses no area: ${kinds}`];
  }

  #clean(text: string | null | undefined): string | null {
    if (text === null || text === undefined) return null;
    if (text.length > ANNOTATION_LIMITS.nameLength)
      throw beyondLimit(this.file, ANNOTATION_LIMITS.nameLength, "characters in a name");
    return printable(text) || null;
  }
}

/** A name in one line: control characters, which can steer a terminal, become spaces. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}
