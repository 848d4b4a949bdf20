// Aperio SVS: facts as "name = value" between bars in the description; levels are the tiled pages; thumbnail, label and
// macro are stripped pages, told by the second line of their description or, on newer scanners, by the subfile type.
import type { TiffPage } from "../tiff/pages.ts";
import { requireImage } from "../tiff/pages.ts";
import type { AssociatedKind } from "../types.ts";
import { damageNotes, pyramid } from "./levels.ts";
import { fromObjective } from "./pixel-size.ts";
import type { PlannedPicture, SlidePlan, StatedMpp, TiffFormat } from "./plan.ts";
import { AllowedProperties } from "./properties.ts";

/** Numbers of the description that are passed on. */
const NUMBERS = [
  "AppMag",
  "MPP",
  "StripeWidth",
  "Left",
  "Top",
  "LineCameraSkew",
  "LineAreaXOffset",
  "LineAreaYOffset",
  "OriginalWidth",
  "OriginalHeight",
  "Exposure Time",
  "Exposure Scale",
];

/** The format. */
export const aperio: TiffFormat = {
  plan(pages) {
    const first = pages[0]!;
    if (!first.description.startsWith("Aperio")) return null;
    return planAperio(pages, first);
  },
};

function planAperio(pages: readonly TiffPage[], first: TiffPage): SlidePlan {
  const { width, height } = requireImage(first);
  const facts = aperioFacts(first.description);
  const tiled = pages.filter(
    (page) => page !== first && page.image?.tiled === true && kindOf(page) === "other",
  );
  const levels = pyramid({ page: first, width, height }, tiled);
  const used = new Set(levels.map(({ page }) => page));
  const pictures = pages
    .filter((page) => !used.has(page) && page.image !== null)
    .map((page): PlannedPicture => ({ name: kindOf(page), kind: kindOf(page), source: page }));
  const objective = decimal(facts.get("AppMag"));
  return {
    format: "aperio",
    vendor: "Aperio",
    levels,
    stated: statedBy(decimal(facts.get("MPP")), objective),
    objective,
    bounds: null,
    properties: propertiesOf(first.description, facts),
    pictures,
    notes: damageNotes(pages),
  };
}

function statedBy(mpp: number | null, objective: number | null): StatedMpp[] {
  const rough = fromObjective(objective);
  return [
    ...(mpp === null ? [] : [{ mpp: { x: mpp, y: mpp }, source: "vendor" as const }]),
    ...(rough === null ? [] : [rough]),
  ];
}

/** "name = value" pairs between bars; the first of a name counts. */
function aperioFacts(description: string): ReadonlyMap<string, string> {
  const facts = new Map<string, string>();
  for (const part of description.slice(0, 65_536).split("|").slice(1)) {
    const [name, value] = part.split("=", 2).map((word) => word.trim());
    if (name !== undefined && value !== undefined && !facts.has(name)) facts.set(name, value);
  }
  return facts;
}

function propertiesOf(description: string, facts: ReadonlyMap<string, string>) {
  const properties = new AllowedProperties("aperio");
  properties.product("library", /^Aperio Image Library v[\d.]+/.exec(description)?.[0]);
  properties.product("ScannerType", facts.get("ScannerType"));
  for (const name of NUMBERS) properties.number(name, facts.get(name));
  return properties.all;
}

/** Some writers put a decimal comma. */
function decimal(text: string | undefined): number | null {
  const value = text === undefined || text === "" ? Number.NaN : Number(text.replace(",", "."));
  return Number.isFinite(value) && value > 0 ? value : null;
}

/** Aperio's macro has this subfile type, its label 1. */
const MACRO_SUBFILE = 9;
const LABEL_SUBFILE = 1;

function kindOf({ index, description, image }: TiffPage): AssociatedKind {
  const second = description.split("\n", 2)[1] ?? "";
  if (/^\s*label\b/i.test(second)) return "label";
  if (/^\s*macro\b/i.test(second)) return "macro";
  if (image?.tiled !== false) return "other";
  if (image.subfileType === LABEL_SUBFILE) return "label";
  if (image.subfileType === MACRO_SUBFILE) return "macro";
  return index === 1 ? "thumbnail" : "other";
}
