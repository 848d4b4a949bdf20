// PerkinElmer / Akoya QPTIFF: pages told apart by the ImageType of their XML. Brightfield ones are pyramids of RGB;
// fluorescence ones hold a page per channel and are refused.
import { fail } from "../../base/index.ts";
import { requireImage, type TiffPage } from "../tiff/pages.ts";
import type { AssociatedKind } from "../types.ts";
import { severalChannels } from "./generic.ts";
import { damageNotes, pyramid } from "./levels.ts";
import { fromObjective, resolutionTag } from "./pixel-size.ts";
import type { SlidePlan, TiffFormat } from "./plan.ts";
import { AllowedProperties } from "./properties.ts";

const KINDS: Readonly<Record<string, AssociatedKind>> = {
  Thumbnail: "thumbnail",
  Overview: "macro",
  Label: "label",
};

/** The format. */
export const perkinElmer: TiffFormat = {
  async plan(pages) {
    if (!pages[0]!.description.slice(0, 4096).includes("<PerkinElmer-QPI-ImageDescription")) return null;
    const full = pages.filter((page) => imageType(page) === "FullResolution");
    const first = full[0] ?? pages[0]!;
    const image = requireImage(first);
    if (image.samples === 1) throw fluorescence(first, full.length);
    return await planBrightfield(pages, first);
  },
};

async function planBrightfield(pages: readonly TiffPage[], first: TiffPage): Promise<SlidePlan> {
  const { width, height } = requireImage(first);
  const reduced = pages.filter((page) => imageType(page) === "ReducedResolution");
  const levels = pyramid({ page: first, width, height }, reduced);
  const used = new Set(levels.map(({ page }) => page));
  const objective = Number(/<Objective>(\d{1,3})x<\/Objective>/.exec(first.description)?.[1] ?? Number.NaN);
  const properties = new AllowedProperties("qptiff");
  properties.product("software", /<AcquisitionSoftware>([^<]*)</.exec(first.description)?.[1]);
  const power = Number.isFinite(objective) ? objective : null;
  const tag = await resolutionTag(first.directory);
  return {
    format: "tiff",
    vendor: "PerkinElmer",
    levels,
    stated: [tag, fromObjective(power)].filter((stated) => stated !== null),
    objective: power,
    bounds: null,
    properties: properties.all,
    pictures: pages
      .filter((page) => !used.has(page) && page.image !== null)
      .map((page) => {
        const kind = KINDS[imageType(page)] ?? "other";
        return { name: kind === "other" ? `page ${page.index}` : kind, kind, source: page };
      }),
    notes: damageNotes(pages),
  };
}

function imageType({ description }: TiffPage): string {
  return /<ImageType>(\w+)<\/ImageType>/.exec(description.slice(0, 65_536))?.[1] ?? "";
}

function fluorescence(page: TiffPage, channels: number): Error {
  if (channels > 1) return severalChannels(page, channels);
  return fail("unsupported-format", {
    where: page.directory.where,
    expected: "a brightfield slide in colour",
    got: "one fluorescence channel",
    fix: "lowmag works on brightfield colour.",
  });
}
