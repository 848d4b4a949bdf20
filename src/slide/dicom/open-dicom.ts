// Opens a DICOM whole-slide image: one file, or all files of one series (levels, label, overview, thumbnail).
import { fail } from "../../base/index.ts";
import type { Decoders } from "../../codec/index.ts";
import { unsupported } from "../errors.ts";
import type { ByteSource, SlideContent } from "../types.ts";
import { readObjective, readPixelSize, readProfile, readProperties } from "./facts.ts";
import { type Instance, openInstance } from "./instance.ts";
import { instanceLevel, readWhole } from "./instance-level.ts";
import { type Series, sortSeries } from "./series.ts";
import { DICOM_LIMITS } from "./tags.ts";

/** Options of {@link openDicomSlide}. */
export interface DicomOptions {
  /** What to call a slide of several files. Default: the first source's name. */
  readonly name?: string;
}

/**
 * Opens a slide from its DICOM files. Closing the slide closes them; when opening fails they stay open, and closing them
 * is the caller's.
 *
 * @param sources one file, or the files of one series in any order.
 * @throws LowmagError `unsupported-format` for another kind of DICOM, a compression that is not read, samples that are
 *   not 8 bits, a concatenation, several series, pyramids, optical paths; `corrupt-data` for damaged or truncated files.
 */
export async function openDicomSlide(
  sources: readonly ByteSource[],
  decoders: Decoders,
  options: DicomOptions = {},
): Promise<SlideContent> {
  const name = options.name ?? sources[0]?.name ?? "DICOM slide";
  if (sources.length === 0 || sources.length > DICOM_LIMITS.instances)
    throw fail("invalid-argument", {
      where: name,
      expected: `1 to ${DICOM_LIMITS.instances} DICOM files`,
      got: `${sources.length}`,
    });
  const instances: Instance[] = [];
  const others: string[] = [];
  for (const source of sources) {
    const instance = await openInstance(source);
    if (instance === null) others.push(source.name);
    else instances.push(instance);
  }
  if (instances.length === 0)
    throw unsupported(
      name,
      "a whole-slide microscopy image",
      "DICOM of another kind",
      "Only VL Whole Slide Microscopy Images are slides.",
    );
  return slideOf(name, sources, sortSeries(instances, name), others, decoders);
}

function slideOf(
  name: string,
  sources: readonly ByteSource[],
  { levels, associated }: Series,
  others: readonly string[],
  decoders: Decoders,
): SlideContent {
  const finest = levels[0]!;
  const size = readPixelSize(finest);
  const properties = readProperties(finest);
  return {
    name,
    format: "dicom",
    vendor: properties["dicom.Manufacturer"] ?? "",
    levels: levels.map((instance, i) => instanceLevel(instance, decoders, `${name} level ${i}`)),
    mpp: size.mpp,
    mppSource: size.mpp === null ? null : "dicom",
    objective: readObjective(finest),
    bounds: null,
    properties,
    associated: [...associated].map(([title, { kind, instance }]) => ({
      name: title,
      kind,
      width: instance.width,
      height: instance.height,
    })),
    notes: [
      ...size.notes,
      ...new Set(levels.flatMap(({ notes }) => notes)),
      ...(others.length === 0 ? [] : [`${others.length} DICOM files of another kind were left alone.`]),
    ],
    async readAssociated(title) {
      const found = associated.get(title);
      if (found === undefined) throw noSuchPicture(name, title, [...associated.keys()]);
      const where = `${name} ${title}`;
      return await readWhole(instanceLevel(found.instance, decoders, where), where);
    },
    readIccProfile: () => readProfile(finest),
    async close() {
      for (const source of sources) await source.close();
    },
  };
}

function noSuchPicture(name: string, title: string, known: readonly string[]): Error {
  return fail("invalid-argument", {
    where: name,
    expected: known.length === 0 ? "no associated picture: it has none" : `one of ${known.join(", ")}`,
    got: `"${title}"`,
  });
}
