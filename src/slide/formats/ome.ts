// OME-TIFF: XML in the first description says which pictures there are and how large their pixels; smaller levels hang in
// SubIFDs. The largest picture is the slide; those named as label or macro are listed as such.
import { fail, isLowmagError } from "../../base/index.ts";
import type { PixelSize } from "../../pixels/index.ts";
import { requireImage, type TiffPage } from "../tiff/pages.ts";
import type { AssociatedKind } from "../types.ts";
import { elementsOf, readXml, type XmlElement, xmlNumber } from "../xml.ts";
import { planGeneric, severalChannels } from "./generic.ts";
import { damageNotes, isReduced, pyramid } from "./levels.ts";
import { fromObjective, resolutionTag } from "./pixel-size.ts";
import type { PlannedPicture, SlidePlan, TiffFormat } from "./plan.ts";

/** One Image element with the page that holds it. */
interface OmeImage {
  readonly element: XmlElement;
  readonly pixels: XmlElement;
  readonly kind: AssociatedKind;
  readonly page: TiffPage;
  readonly width: number;
  readonly height: number;
}

/** The format. */
export const omeTiff: TiffFormat = {
  async plan(pages) {
    const { description, directory } = pages[0]!;
    if (!/<(\w+:)?OME[\s>]/.test(description.slice(0, 16_384))) return null;
    let root: XmlElement;
    try {
      root = readXml(description, `${directory.where} OME-XML`);
    } catch (error) {
      if (!isLowmagError(error)) throw error;
      return withNote(await planGeneric(pages), `the OME description is not used: ${error.message}`);
    }
    const images = imagesOf(root, pages);
    if (images.length === 0)
      return withNote(await planGeneric(pages), "the OME description names no picture of this file");
    return await planOme(root, images, pages);
  },
};

async function planOme(
  root: XmlElement,
  images: readonly OmeImage[],
  pages: readonly TiffPage[],
): Promise<SlidePlan> {
  const main = mainOf(images);
  const { page } = main;
  const image = requireImage(page);
  const channels = xmlNumber(main.pixels.attributes.SizeC) ?? 1;
  if (image.samples === 1 && channels > 1) throw severalChannels(page, channels);
  const others = images.filter((other) => other !== main);
  // Older writers list every level as an image of its own.
  const flat = others
    .filter((other) => page.children.length === 0 && other.kind === "other" && isReduced(other, image))
    .map((other) => other.page);
  const levels = pyramid({ page, width: image.width, height: image.height }, [...page.children, ...flat]);
  const used = new Set(levels.map((level) => level.page));
  const objective = objectiveOf(root, main.element);
  const physical = physicalSize(main.pixels);
  const tag = await resolutionTag(page.directory);
  return {
    format: "ome-tiff",
    vendor: "",
    levels,
    stated: [
      ...(physical === null ? [] : [{ mpp: physical, source: "ome" as const }]),
      ...[tag, fromObjective(objective)].filter((stated) => stated !== null),
    ],
    objective,
    bounds: null,
    properties: {},
    pictures: others.filter((other) => !used.has(other.page)).map(pictureOf),
    notes: [...damageNotes([...pages, ...page.children]), ...stackNotes(main.pixels)],
  };
}

/** The images whose first plane is a page of this file. */
function imagesOf(root: XmlElement, pages: readonly TiffPage[]): OmeImage[] {
  const seen = new Set<TiffPage>();
  return elementsOf(root, "Image").flatMap((element) => {
    const pixels = element.children.find(({ name }) => name === "Pixels");
    const width = xmlNumber(pixels?.attributes.SizeX);
    const height = xmlNumber(pixels?.attributes.SizeY);
    const data = pixels?.children.find(({ name }) => name === "TiffData");
    const page = pages[xmlNumber(data?.attributes.IFD) ?? 0];
    if (pixels === undefined || page === undefined || width === null || height === null) return [];
    if (seen.has(page)) return []; // of two images in one page the first counts
    seen.add(page);
    return [{ element, pixels, kind: kindOf(element.attributes.Name ?? ""), page, width, height }];
  });
}

function kindOf(name: string): AssociatedKind {
  if (/label/i.test(name)) return "label";
  if (/macro|overview/i.test(name)) return "macro";
  return /thumb/i.test(name) ? "thumbnail" : "other";
}

/** The largest image that is not named as something else. Its page must be as large as the description says. */
function mainOf(images: readonly OmeImage[]): OmeImage {
  const slides = images.filter(({ kind }) => kind === "other");
  const area = (image: OmeImage) => image.width * image.height;
  const main = (slides.length > 0 ? slides : images).reduce((best, image) =>
    area(image) > area(best) ? image : best,
  );
  const image = requireImage(main.page);
  if (image.width === main.width && image.height === main.height) return main;
  throw fail("corrupt-data", {
    where: main.page.directory.where,
    expected: `${main.width} x ${main.height} pixels, as the OME description says`,
    got: `${image.width} x ${image.height}`,
    fix: "The file is damaged, or its description was copied from another. Export it again.",
  });
}

function pictureOf({ kind, page }: OmeImage): PlannedPicture {
  return { name: kind === "other" ? `page ${page.index}` : kind, kind, source: page };
}

/** µm in the units of length that OME knows; "pixel" and "reference frame" are none. */
const MICROMETRES: Readonly<Record<string, number>> = {
  m: 1e6,
  dm: 1e5,
  cm: 1e4,
  mm: 1e3,
  µm: 1, // U+00B5
  "\u03bcm": 1, // the Greek letter
  um: 1,
  nm: 1e-3,
  pm: 1e-6,
  Å: 1e-4,
  in: 25_400,
};

function physicalSize({ attributes }: XmlElement): PixelSize | null {
  const x = length(attributes.PhysicalSizeX, attributes.PhysicalSizeXUnit);
  const y = length(attributes.PhysicalSizeY, attributes.PhysicalSizeYUnit);
  return x === null && y === null ? null : { x: x ?? y!, y: y ?? x! };
}

function length(value: string | undefined, unit = "µm"): number | null {
  const size = xmlNumber(value);
  const micrometres = MICROMETRES[unit];
  if (size === null || micrometres === undefined) return null;
  return Number((size * micrometres).toPrecision(15)); // a unit changes no digit
}

function objectiveOf(root: XmlElement, image: XmlElement): number | null {
  const id = image.children.find(({ name }) => name === "ObjectiveSettings")?.attributes.ID;
  const objective = elementsOf(root, "Objective").find(({ attributes }) => attributes.ID === id);
  return id === undefined ? null : xmlNumber(objective?.attributes.NominalMagnification);
}

function stackNotes({ attributes }: XmlElement): string[] {
  const planes = (xmlNumber(attributes.SizeZ) ?? 1) * (xmlNumber(attributes.SizeT) ?? 1);
  return planes > 1 ? [`the first of ${planes} focal planes or times is used`] : [];
}

function withNote(plan: SlidePlan, note: string): SlidePlan {
  return { ...plan, notes: [note, ...plan.notes] };
}
