// Ventana BIF and the TIFFs of its scanners: levels say "level=N mag=M quality=Q" in their descriptions, µm/px stands as
// ScanRes in the XML of tag 700. Fields that overlap, or several scanned areas, need stitching and are refused.
import { fail } from "../../base/index.ts";
import { requireImage, type TiffPage } from "../tiff/pages.ts";
import { TAG } from "../tiff/tags.ts";
import type { AssociatedKind } from "../types.ts";
import { elementsOf, readXml, type XmlElement, xmlNumber } from "../xml.ts";
import { damageNotes, isReduced } from "./levels.ts";
import { fromObjective } from "./pixel-size.ts";
import type { PlannedLevel, PlannedPicture, SlidePlan, StatedMpp, TiffFormat } from "./plan.ts";
import { AllowedProperties } from "./properties.ts";

/** XML of tag 700 is read up to this length: large slides describe every joint between fields. */
const XMP_BYTES = 12 * 2 ** 20;
/** The directories' XML in all; several can share one text, which a file could use to be read hundreds of times. */
const ALL_XMP_BYTES = 2 * XMP_BYTES;

const LEVEL = /^level=(\d{1,3}) mag=([\d.]{1,12}) quality=/;

/** The format. */
export const ventana: TiffFormat = {
  async plan(pages) {
    const documents = await documentsOf(pages);
    const scan = documents.flatMap((document) => elementsOf(document, "iScan"))[0];
    if (scan === undefined) return null;
    for (const document of documents) refuseStitching(document, pages[0]!);
    return planVentana(pages, documents);
  },
};

/** The XML of the pages that can be Ventana's. Other makers' XMP is none of our business, so it is not parsed. */
async function documentsOf(pages: readonly TiffPage[]): Promise<XmlElement[]> {
  const documents: XmlElement[] = [];
  let left = ALL_XMP_BYTES;
  for (const { directory } of pages) {
    const text = (await directory.text(TAG.xmp, XMP_BYTES)) ?? "";
    left -= text.length;
    if (left < 0 && documents.length > 0) throw tooMuchXml(directory.where);
    if (left < 0) break;
    if (text.includes("iScan")) documents.push(readXml(text, `${directory.where} XML`));
  }
  return documents;
}

function tooMuchXml(where: string): Error {
  return fail("corrupt-data", {
    where,
    expected: `at most ${ALL_XMP_BYTES / 2 ** 20} MB of XML in all directories`,
    got: "more",
    fix: "The file is damaged. Copy or export it again.",
  });
}

function planVentana(pages: readonly TiffPage[], documents: readonly XmlElement[]): SlidePlan {
  const levels = levelsOf(pages);
  const used = new Set(levels.map(({ page }) => page));
  const scans = documents.flatMap((document) => elementsOf(document, "iScan"));
  const attribute = (name: string) => scans.find(({ attributes }) => name in attributes)?.attributes[name];
  const objective = xmlNumber(attribute("Magnification"));
  const properties = new AllowedProperties("ventana");
  properties.number("ScanRes", attribute("ScanRes"));
  properties.number("Magnification", attribute("Magnification"));
  properties.product("ScannerModel", attribute("ScannerModel"));
  return {
    format: "ventana",
    vendor: "Ventana",
    levels,
    stated: statedBy(xmlNumber(attribute("ScanRes")), objective),
    objective,
    bounds: null,
    properties: properties.all,
    pictures: pages.filter((page) => !used.has(page) && page.image !== null).map(pictureOf),
    notes: damageNotes(pages),
  };
}

function statedBy(scanRes: number | null, objective: number | null): StatedMpp[] {
  const rough = fromObjective(objective);
  return [
    ...(scanRes === null ? [] : [{ mpp: { x: scanRes, y: scanRes }, source: "vendor" as const }]),
    ...(rough === null ? [] : [rough]),
  ];
}

/** Pages by the number of their level; the finest cannot be missing. */
function levelsOf(pages: readonly TiffPage[]): PlannedLevel[] {
  const numbered = pages
    .map((page) => ({ page, number: Number(LEVEL.exec(page.description)?.[1] ?? Number.NaN) }))
    .filter(({ number }) => Number.isFinite(number))
    .sort((a, b) => a.number - b.number);
  if (numbered[0]?.number !== 0) throw noLevels(pages);
  const first = requireImage(numbered[0].page);
  const levels: PlannedLevel[] = [{ page: numbered[0].page, width: first.width, height: first.height }];
  for (const { page } of numbered.slice(1)) {
    if (page.image === null) continue;
    const { width, height } = page.image;
    if (isReduced(page.image, levels.at(-1)!)) levels.push({ page, width, height });
  }
  return levels;
}

function pictureOf(page: TiffPage): PlannedPicture {
  const kind = kindOf(page.description);
  return { name: kind === "other" ? `page ${page.index}` : kind, kind, source: page };
}

function kindOf(description: string): AssociatedKind {
  if (/^label/i.test(description)) return "label"; // the whole glass with its label
  if (/^thumbnail/i.test(description)) return "thumbnail";
  return /^macro|^overview/i.test(description) ? "macro" : "other";
}

/** Joints with an overlap, or more than one scanned area, mean that pixels of a level do not lie side by side. */
function refuseStitching(document: XmlElement, first: TiffPage): void {
  const areas = elementsOf(document, "ImageInfo").filter(({ attributes }) => attributes.AOIScanned === "1");
  const joints = areas.flatMap((area) => elementsOf(area, "TileJointInfo"));
  const overlaps = joints.some(
    ({ attributes }) => Number(attributes.OverlapX ?? 0) !== 0 || Number(attributes.OverlapY ?? 0) !== 0,
  );
  const reason = overlaps ? "fields that overlap" : areas.length > 1 ? `${areas.length} scanned areas` : null;
  if (reason === null) return;
  throw fail("unsupported-format", {
    where: first.directory.where,
    expected: "a Ventana slide of one area whose fields lie side by side",
    got: reason,
    fix: "Install OpenSlide, which stitches such slides, or export the slide as a plain pyramidal TIFF.",
  });
}

function noLevels(pages: readonly TiffPage[]): Error {
  const damage = pages.find(({ problem }) => problem !== null)?.problem;
  return (
    damage ??
    fail("unsupported-format", {
      where: pages[0]!.directory.where,
      expected: 'a directory described as "level=0 ..."',
      got: "none",
      fix: "Install OpenSlide to read it another way, or export the slide as a plain pyramidal TIFF.",
    })
  );
}
