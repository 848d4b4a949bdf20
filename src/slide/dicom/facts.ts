// What a DICOM slide says of itself beside its pixels: µm/px, objective, maker, profile. Texts come from a list of
// technical elements only.
import { isSquarish, type PixelSize } from "../../pixels/index.ts";
import { damaged } from "../errors.ts";
import type { Instance } from "./instance.ts";
import { DICOM_LIMITS, TAG } from "./tags.ts";

/** µm/px of a level, and a remark where it needs one. */
export interface StatedSize {
  readonly mpp: PixelSize | null;
  readonly notes: readonly string[];
}

/**
 * µm/px: Pixel Spacing (mm; rows first) of the shared groups, or of the first frame's; where neither states it, Imaged
 * Volume Width and Height over the total pixel matrix, if both give the same within 2 %. The unit is fixed by the
 * standard, so coarse levels (30 µm/px) are believed too; what no microscope makes (below 0.01, above 1000) is not.
 */
export function readPixelSize(instance: Instance): StatedSize {
  const spacing = statedSpacing(instance);
  if (spacing !== null) {
    const mpp = { x: micrometres(spacing.x), y: micrometres(spacing.y) };
    if (isBelievable(mpp.x) && isBelievable(mpp.y) && isSquarish(mpp)) return { mpp, notes: [] };
    return { mpp: null, notes: [`Pixel Spacing of ${spacing.y} x ${spacing.x} mm is not believed.`] };
  }
  return fromVolume(instance);
}

function statedSpacing({ dataSet, firstFrame }: Instance): PixelSize | null {
  for (const groups of [...dataSet.items(TAG.sharedGroups), ...(firstFrame === null ? [] : [firstFrame])]) {
    const [measures] = groups.items(TAG.pixelMeasures);
    const [y, x] = measures?.decimals(TAG.pixelSpacing) ?? [];
    if (x !== undefined && y !== undefined) return { x, y };
  }
  return null;
}

function fromVolume({ dataSet, width, height }: Instance): StatedSize {
  const volumeWidth = dataSet.binary(TAG.imagedVolumeWidth, "float") ?? 0;
  const volumeHeight = dataSet.binary(TAG.imagedVolumeHeight, "float") ?? 0;
  const mpp = { x: micrometres(volumeWidth / width), y: micrometres(volumeHeight / height) };
  if (!(isBelievable(mpp.x) && isBelievable(mpp.y))) return { mpp: null, notes: [] };
  const stated = `Imaged Volume of ${Number(volumeWidth.toPrecision(6))} x ${Number(volumeHeight.toPrecision(6))} mm`;
  if (Math.abs(mpp.x / mpp.y - 1) > 0.02)
    return {
      mpp: null,
      notes: [
        `No Pixel Spacing; the ${stated} is not believed: ${mpp.x.toFixed(2)} x ${mpp.y.toFixed(2)} µm/px.`,
      ],
    };
  return { mpp, notes: [`No Pixel Spacing; µm/px is taken from the ${stated}.`] };
}

/** mm to µm without the noise of the multiplication. */
function micrometres(millimetres: number): number {
  return Number((1000 * millimetres).toPrecision(9));
}

function isBelievable(mpp: number): boolean {
  return mpp >= 0.01 && mpp <= 1000;
}

/** Objective power as stated by the first optical path, or `null`. */
export function readObjective({ dataSet }: Instance): number | null {
  const [path] = dataSet.items(TAG.opticalPaths);
  const [power] = path?.decimals(TAG.objectivePower) ?? [];
  return power !== undefined && power > 0 && power <= 1000 ? power : null;
}

/** The ICC profile of the first optical path, or `null`. */
export async function readProfile({ dataSet, source }: Instance): Promise<Uint8Array | null> {
  const element = dataSet.items(TAG.opticalPaths)[0]?.elements.get(TAG.iccProfile);
  if (element === undefined || element.length === 0) return null;
  if (element.length > DICOM_LIMITS.profileBytes)
    throw damaged(
      source.name,
      `a profile of at most ${DICOM_LIMITS.profileBytes} bytes`,
      `${element.length}`,
    );
  return element.bytes ?? (await source.read(element.offset, element.length));
}

const LISTED = {
  ImageType: TAG.imageType,
  Manufacturer: TAG.manufacturer,
  ManufacturerModelName: TAG.manufacturerModel,
  SoftwareVersions: TAG.softwareVersions,
  PhotometricInterpretation: TAG.photometric,
  DimensionOrganizationType: TAG.dimensionOrganization,
  LossyImageCompression: TAG.lossyCompression,
  LossyImageCompressionMethod: TAG.lossyMethod,
} as const;

/** Technical facts by their DICOM keyword. */
export function readProperties({ dataSet, syntax }: Instance): Record<string, string> {
  const facts: Record<string, string> = { "dicom.TransferSyntaxUID": syntax.uid };
  for (const [name, tag] of Object.entries(LISTED)) {
    const text = dataSet.text(tag).slice(0, 200);
    if (text !== "") facts[`dicom.${name}`] = text;
  }
  return facts;
}
