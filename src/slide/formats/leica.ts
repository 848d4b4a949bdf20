// Leica SCN: XML in the first description places pictures on the glass, in nm. The largest brightfield scan is the slide;
// the picture of the whole glass is its macro.
import { fail } from "../../base/index.ts";
import { requireImage, type TiffPage } from "../tiff/pages.ts";
import { elementsOf, readXml, type XmlElement, xmlNumber } from "../xml.ts";
import { damageNotes, isReduced } from "./levels.ts";
import type { PlannedLevel, PlannedPicture, SlidePlan, TiffFormat } from "./plan.ts";
import { AllowedProperties } from "./properties.ts";

/** One image of the collection. */
interface LeicaImage {
  readonly element: XmlElement;
  /** The finest picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** On the glass, in nm. */
  readonly view: { readonly width: number; readonly height: number; readonly whole: boolean };
  readonly dimensions: readonly XmlElement[];
}

/** The format. */
export const leica: TiffFormat = {
  plan(pages) {
    const { directory, description } = pages[0]!;
    if (!/^(<\?xml[^>]*>)?\s*<scn[\s>]/.test(description.slice(0, 4096))) return null;
    return planLeica(pages, readXml(description, `${directory.where} XML`));
  },
};

function planLeica(pages: readonly TiffPage[], root: XmlElement): SlidePlan {
  const collection = elementsOf(root, "collection")[0] ?? root;
  const images = elementsOf(collection, "image").flatMap((element) => imageOf(element, collection));
  const scans = images.filter(({ view }) => !view.whole);
  const main = scans.reduce<LeicaImage | null>(
    (best, scan) => (best === null || isLarger(scan, best) ? scan : best),
    null,
  );
  if (main === null) throw noScan(pages[0]!);
  refuseFluorescence(main, pages[0]!);
  const levels = levelsOf(main, pages);
  const macro = images.find(({ view }) => view.whole);
  const objective = xmlNumber(elementsOf(main.element, "objective")[0]?.text);
  const properties = new AllowedProperties("leica");
  properties.product("device-model", elementsOf(main.element, "device")[0]?.attributes.model?.split(";")[0]);
  properties.number("aperture", elementsOf(main.element, "numericalAperture")[0]?.text);
  const { view } = main;
  return {
    format: "leica",
    vendor: "Leica",
    levels,
    stated: [
      { mpp: { x: view.width / 1000 / main.width, y: view.height / 1000 / main.height }, source: "vendor" },
    ],
    objective,
    bounds: null,
    properties: properties.all,
    pictures: macro === undefined ? [] : macroOf(macro, pages),
    notes: [
      ...damageNotes(pages),
      ...(scans.length > 1 ? [`the largest of ${scans.length} scans on the glass is used`] : []),
    ],
  };
}

function imageOf(element: XmlElement, collection: XmlElement): LeicaImage[] {
  const pixels = element.children.find(({ name }) => name === "pixels");
  const view = element.children.find(({ name }) => name === "view")?.attributes;
  const [width, height] = [xmlNumber(pixels?.attributes.sizeX), xmlNumber(pixels?.attributes.sizeY)];
  const [nmWidth, nmHeight] = [xmlNumber(view?.sizeX), xmlNumber(view?.sizeY)];
  if (pixels === undefined || !width || !height || !nmWidth || !nmHeight) return [];
  const whole =
    xmlNumber(view?.offsetX) === 0 &&
    xmlNumber(view?.offsetY) === 0 &&
    nmWidth === xmlNumber(collection.attributes.sizeX) &&
    nmHeight === xmlNumber(collection.attributes.sizeY);
  const dimensions = pixels.children.filter(({ name }) => name === "dimension");
  return [{ element, width, height, view: { width: nmWidth, height: nmHeight, whole }, dimensions }];
}

/** The picture of the first focal plane and channel at every resolution, finest first. */
function levelsOf(image: LeicaImage, pages: readonly TiffPage[]): PlannedLevel[] {
  const planes = image.dimensions
    .filter(({ attributes }) => (xmlNumber(attributes.z) ?? 0) === 0 && (xmlNumber(attributes.c) ?? 0) === 0)
    .sort((a, b) => (xmlNumber(b.attributes.sizeX) ?? 0) - (xmlNumber(a.attributes.sizeX) ?? 0));
  const levels: PlannedLevel[] = [];
  for (const { attributes } of planes) {
    const page = pages[xmlNumber(attributes.ifd) ?? -1];
    if (page === undefined) throw wrongPage(pages[0]!, attributes.ifd);
    const before = levels.at(-1);
    if (before !== undefined && (page.image === null || !isReduced(page.image, before))) continue;
    const { width, height } = requireImage(page);
    const [stated, statedHeight] = [xmlNumber(attributes.sizeX), xmlNumber(attributes.sizeY)];
    if (stated !== width || statedHeight !== height)
      throw wrongPage(page, `${stated} x ${statedHeight} pixels`);
    levels.push({ page, width, height });
  }
  if (levels.length > 0) return levels;
  throw noScan(pages[0]!);
}

function macroOf(macro: LeicaImage, pages: readonly TiffPage[]): PlannedPicture[] {
  const largest = [...macro.dimensions].sort(
    (a, b) => (xmlNumber(b.attributes.sizeX) ?? 0) - (xmlNumber(a.attributes.sizeX) ?? 0),
  )[0];
  const page = pages[xmlNumber(largest?.attributes.ifd) ?? -1];
  return page?.image == null ? [] : [{ name: "macro", kind: "macro", source: page }];
}

function isLarger(a: LeicaImage, b: LeicaImage): boolean {
  return a.width * a.height > b.width * b.height;
}

function refuseFluorescence({ element, dimensions }: LeicaImage, first: TiffPage): void {
  const light = elementsOf(element, "illuminationSource")[0]?.text.trim().toLowerCase() ?? "brightfield";
  const channels = dimensions.some(({ attributes }) => (xmlNumber(attributes.c) ?? 0) > 0);
  if (light !== "fluorescence" && !channels) return;
  throw fail("unsupported-format", {
    where: first.directory.where,
    expected: "a brightfield slide in colour",
    got: "a fluorescence scan of several channels",
    fix: "lowmag works on brightfield colour. Export a composite in RGB as its own TIFF.",
  });
}

function noScan(page: TiffPage): Error {
  return fail("unsupported-format", {
    where: page.directory.where,
    expected: "a scan beside the picture of the whole glass",
    got: "none in the Leica description",
    fix: "Install OpenSlide to read it another way, or convert it to a plain pyramidal TIFF.",
  });
}

function wrongPage(page: TiffPage, got: string | undefined): Error {
  return fail("corrupt-data", {
    where: page.directory.where,
    expected: "the directories that the Leica description names",
    got: got ?? "none",
    fix: "The file is damaged or its copy is incomplete. Copy it again.",
  });
}
