// Philips TIFF: XML in the first description. Every level is padded to whole tiles, so its size says nothing exact; the
// pixel spacing of each level does (mm, rows before columns). Label and macro can hang in the XML as base64 JPEG.
import { isLowmagError } from "../../base/index.ts";
import { readJpegHeader } from "../../codec/index.ts";
import type { PixelSize } from "../../pixels/index.ts";
import { requireImage, type TiffPage } from "../tiff/pages.ts";
import { TAG } from "../tiff/tags.ts";
import { elementsOf, readXml, type XmlElement } from "../xml.ts";
import { damageNotes } from "./levels.ts";
import type { PlannedLevel, PlannedPicture, SlidePlan, TiffFormat } from "./plan.ts";
import { AllowedProperties } from "./properties.ts";

/** The format. */
export const philips: TiffFormat = {
  async plan(pages) {
    const { directory, description } = pages[0]!;
    const software = await directory.text(TAG.software, 65_536).catch(() => undefined);
    if (software?.startsWith("Philips") !== true || !description.includes("DPUfsImport")) return null;
    return planPhilips(pages, readXml(description, `${directory.where} XML`));
  },
};

function planPhilips(pages: readonly TiffPage[], root: XmlElement): SlidePlan {
  const first = pages[0]!;
  const scanned = elementsOf(root, "DataObject").filter(
    ({ attributes }) => attributes.ObjectType === "DPScannedImage",
  );
  const slide = scanned.find((image) => textOf(image, "PIM_DP_IMAGE_TYPE") === "WSI") ?? root;
  const spacings = spacingsOf(slide);
  const pictures = picturesOf(scanned, pages, first);
  const levels = levelsOf(pages, spacings);
  const mpp = spacings[0];
  const properties = new AllowedProperties("philips");
  properties.product("DICOM_MANUFACTURER", textOf(root, "DICOM_MANUFACTURER"));
  return {
    format: "philips",
    vendor: "Philips",
    levels,
    stated: mpp === undefined ? [] : [{ mpp, source: "vendor" }],
    objective: null,
    bounds: null,
    properties: properties.all,
    pictures: pictures.found,
    notes: [...damageNotes(pages), ...pictures.notes, ...sizeNotes(levels.length, spacings.length)],
  };
}

/** µm/px by level: of the representations in their order, else of the image alone. */
function spacingsOf(slide: XmlElement): PixelSize[] {
  const representations = elementsOf(slide, "DataObject").filter(
    ({ attributes }) => attributes.ObjectType === "PixelDataRepresentation",
  );
  const found = representations.map((level) => spacingOf(level)).filter((spacing) => spacing !== null);
  const own = spacingOf(slide);
  if (found.length > 0) return found;
  return own === null ? [] : [own];
}

function spacingOf(object: XmlElement): PixelSize | null {
  const text = (textOf(object, "DICOM_PIXEL_SPACING") ?? "").slice(0, 200);
  const [y, x] = [...text.matchAll(/[-+\d.eE]+/g)].slice(0, 2).map(([number]) => 1000 * Number(number));
  return y !== undefined && x !== undefined && x > 0 && y > 0 ? { x: tidy(x), y: tidy(y) } : null;
}

/** mm to µm without adding digits. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

/** Tiled pages, finest first, with the part of each that is not padding. */
function levelsOf(pages: readonly TiffPage[], spacings: readonly PixelSize[]): PlannedLevel[] {
  const first = requireImage(pages[0]!);
  const levels: PlannedLevel[] = [];
  for (const page of pages) {
    if (page.image === null || !page.image.tiled || kindOf(page) !== null) continue;
    const { width, height } = trueSize(first, page.image, spacings, levels.length);
    const before = levels.at(-1);
    if (before === undefined || width < before.width) levels.push({ page, width, height });
  }
  return levels;
}

function trueSize(
  first: { readonly width: number; readonly height: number },
  padded: { readonly width: number; readonly height: number },
  spacings: readonly PixelSize[],
  level: number,
): { width: number; height: number } {
  const [finest, own] = [spacings[0], spacings[level]];
  if (level === 0 || finest === undefined || own === undefined) return padded;
  const factor = (own.x / finest.x + own.y / finest.y) / 2;
  const near = Math.abs(factor - Math.round(factor)) < 0.02 * factor ? Math.round(factor) : factor;
  if (!(near >= 1)) return padded;
  return {
    width: Math.min(padded.width, Math.max(1, Math.floor(first.width / near))),
    height: Math.min(padded.height, Math.max(1, Math.floor(first.height / near))),
  };
}

/** Pages that are pictures beside the tissue say so in one word. */
function kindOf({ description }: TiffPage): "label" | "macro" | null {
  if (/^label/i.test(description)) return "label";
  return /^macro/i.test(description) ? "macro" : null;
}

function picturesOf(scanned: readonly XmlElement[], pages: readonly TiffPage[], first: TiffPage) {
  const notes: string[] = [];
  const found: PlannedPicture[] = pages.flatMap((page) => {
    const kind = page === first || page.image === null ? null : kindOf(page);
    return kind === null ? [] : [{ name: kind, kind, source: page }];
  });
  const seen = new Set<string>(found.map(({ kind }) => kind));
  for (const image of scanned) {
    const type = textOf(image, "PIM_DP_IMAGE_TYPE");
    const kind = type === "LABELIMAGE" ? "label" : type === "MACROIMAGE" ? "macro" : null;
    const data = textOf(image, "PIM_DP_IMAGE_DATA");
    if (kind === null || data === undefined || seen.has(kind)) continue;
    seen.add(kind);
    const source = jpegOf(data, `${first.directory.where} ${kind}`);
    if (source === null) notes.push(`the ${kind} in the description is damaged and left out`);
    else found.push({ name: kind, kind, source });
  }
  return { found, notes };
}

/** A JPEG out of base64, with the size that its header states; `null` for a damaged one. */
function jpegOf(base64: string, where: string): PlannedPicture["source"] | null {
  try {
    const letters = atob(base64.replace(/\s/g, ""));
    const jpeg = new Uint8Array(letters.length);
    for (let k = 0; k < jpeg.length; k++) jpeg[k] = letters.charCodeAt(k);
    const { width, height } = readJpegHeader(jpeg, where);
    return { jpeg, width, height };
  } catch (error) {
    if (isLowmagError(error) || error instanceof DOMException) return null;
    throw error;
  }
}

/** The text of an object's own attribute of a name. */
function textOf(object: XmlElement, name: string): string | undefined {
  const found = object.children.find((child) => child.name === "Attribute" && child.attributes.Name === name);
  return found?.text.trim();
}

/** Without every level's spacing padded sizes are taken as they are. */
function sizeNotes(levels: number, spacings: number): string[] {
  return spacings >= levels || levels === 1
    ? []
    : [`the spacing of ${levels - spacings} levels is not stated: their sizes include padding`];
}
