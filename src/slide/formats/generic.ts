// Any TIFF that nobody else claims: the largest picture is the slide, smaller ones of its aspect are its levels (in the
// chain or in SubIFDs), the rest are listed. µm/px from the resolution tags of the largest alone: writers copy them to
// every level unchanged.
import { fail } from "../../base/index.ts";
import type { TiffDirectory } from "../tiff/directory.ts";
import { requireImage, type TiffPage } from "../tiff/pages.ts";
import { requireReadable } from "../tiff/readability.ts";
import { TAG } from "../tiff/tags.ts";
import { damageNotes, pyramid } from "./levels.ts";
import { resolutionTag } from "./pixel-size.ts";
import type { SlidePlan, TiffFormat } from "./plan.ts";
import { AllowedProperties } from "./properties.ts";

/** The format that claims what is left. */
export const genericTiff: TiffFormat = { plan: planGeneric };

/** Plans a TIFF by its geometry alone; OME-TIFFs whose description is damaged come here too. */
export async function planGeneric(pages: readonly TiffPage[]): Promise<SlidePlan> {
  const main = largest(pages);
  const image = requireImage(main);
  requireReadable(image);
  await refuseOverlap(main.directory);
  const others = pages.filter((page) => page !== main);
  const twins = others.filter(
    (page) => page.image?.width === image.width && page.image.height === image.height,
  );
  if (twins.length > 0 && image.samples === 1) throw severalChannels(main, twins.length + 1);
  const finest = { page: main, width: image.width, height: image.height };
  const levels = pyramid(finest, [...others, ...main.children]);
  const used = new Set(levels.map(({ page }) => page));
  const stated = await resolutionTag(main.directory);
  return {
    format: "tiff",
    vendor: "",
    levels,
    stated: stated === null ? [] : [stated],
    objective: null,
    bounds: null,
    properties: await softwareOf(main.directory),
    pictures: others
      .filter((page) => !used.has(page) && page.image !== null)
      .map((page) => ({ name: `page ${page.index}`, kind: "other" as const, source: page })),
    notes: [...damageNotes([...pages, ...main.children]), ...twinNotes(twins.length)],
  };
}

/** The largest picture of the chain; a damaged first page is no reason to show a smaller one in its place. */
function largest(pages: readonly TiffPage[]): TiffPage {
  requireImage(pages[0]!);
  const area = ({ image }: TiffPage) => (image === null ? 0 : image.width * image.height);
  return pages.reduce((best, page) => (area(page) > area(best) ? page : best));
}

function twinNotes(count: number): string[] {
  return count === 0 ? [] : [`${count} more pictures of the same size (focal planes?) are not used`];
}

/** Trestle writes tiles that overlap, and states that in no tag of its own. */
async function refuseOverlap(directory: TiffDirectory): Promise<void> {
  const software = await directory.text(TAG.software, 65_536);
  if (software?.startsWith("MedScan") !== true) return;
  throw fail("unsupported-format", {
    where: directory.where,
    expected: "tiles that lie side by side",
    got: "a Trestle slide, whose tiles overlap",
    fix: "Install OpenSlide, which reads it, or convert it to a plain pyramidal TIFF.",
  });
}

/** Refuses pictures that are channels of one picture. */
export function severalChannels(page: TiffPage, count: number): Error {
  return fail("unsupported-format", {
    where: page.directory.where,
    expected: "a brightfield slide in colour",
    got: `${count} pictures of one channel each (fluorescence)`,
    fix: "lowmag works on brightfield colour. Export one channel, or a composite in RGB, as its own TIFF.",
  });
}

async function softwareOf(directory: TiffDirectory): Promise<Readonly<Record<string, string>>> {
  const properties = new AllowedProperties("tiff");
  properties.product("Software", await directory.text(TAG.software, 65_536).catch(() => undefined));
  properties.product("Make", await directory.text(TAG.make, 65_536).catch(() => undefined));
  properties.product("Model", await directory.text(TAG.model, 65_536).catch(() => undefined));
  return properties.all;
}
