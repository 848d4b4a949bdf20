// One DICOM file as an image of frames: its geometry, its kind of pixels, where each tile's frame is. Everything that
// would be shown wrongly is refused here by name.
import type { StatedColour } from "../../codec/index.ts";
import { damaged, unsupported } from "../errors.ts";
import type { ByteSource } from "../types.ts";
import { checkWhole, type DataSet } from "./data-set.ts";
import { compressedFrames, type FrameIndex, nativeFrames } from "./frame-index.ts";
import { fullLayout, SparseLayout, type TileLayout } from "./layout.ts";
import { readHeader } from "./read-header.ts";
import { DICOM_LIMITS, TAG } from "./tags.ts";
import { statedColour, type TransferSyntax } from "./transfer-syntax.ts";

/** What an image of a series is: tissue at some scale, or a picture beside it. */
export type Flavour = "volume" | "label" | "overview" | "thumbnail";

/** One opened DICOM file of a whole-slide series. */
export interface Instance {
  readonly source: ByteSource;
  readonly dataSet: DataSet;
  readonly syntax: TransferSyntax;
  readonly flavour: Flavour;
  /** The total pixel matrix. */
  readonly width: number;
  readonly height: number;
  /** Frames are tiles of this size. */
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly samples: number;
  /** 1: a plane per sample (uncompressed frames only). */
  readonly planar: boolean;
  readonly colour: StatedColour;
  readonly frames: FrameIndex;
  readonly layout: TileLayout;
  /** Groups of the first frame, where a file states per frame what others state once. */
  readonly firstFrame: DataSet | null;
  readonly notes: readonly string[];
}

const WHOLE_SLIDE = "1.2.840.10008.5.1.4.1.1.77.1.6";

/**
 * Opens one file.
 *
 * @returns `null` for a valid DICOM file of another kind (annotations, reports, presentation states).
 * @throws LowmagError `unsupported-format` or `corrupt-data`, as the functions it calls.
 */
export async function openInstance(source: ByteSource): Promise<Instance | null> {
  const sparse = new SparseLayout(source.name);
  let firstFrame: DataSet | null = null;
  const { syntax, dataSet, pixels } = await readHeader(source, (groups, index) => {
    firstFrame ??= groups;
    sparse.add(groups, index);
  });
  if (dataSet.text(TAG.sopClass) !== WHOLE_SLIDE) return null;
  refuseConcatenation(dataSet);
  const geometry = readGeometry(dataSet);
  const kind = readPixelKind(dataSet, syntax);
  if (pixels === null) throw damaged(source.name, "pixels", "a header alone: the copy is incomplete");
  const element = { source, dataSet, pixels, frames: geometry.frames };
  const frameBytes = geometry.tileWidth * geometry.tileHeight * kind.samples;
  const frames =
    syntax.codec === "none" ? nativeFrames(element, frameBytes) : await compressedFrames(element);
  const { layout, notes } = tileLayout(dataSet, geometry, sparse);
  const flavour = flavourOf(dataSet);
  return { source, dataSet, syntax, flavour, ...geometry, ...kind, frames, layout, firstFrame, notes };
}

export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
}

function readGeometry(dataSet: DataSet): Geometry & { readonly frames: number } {
  const { side, framePixels } = DICOM_LIMITS;
  const tileWidth = dataSet.whole(TAG.columns, 1, 65_535);
  const tileHeight = dataSet.whole(TAG.rows, 1, 65_535);
  if (tileWidth * tileHeight > framePixels)
    throw unsupported(
      dataSet.where,
      `frames of up to ${framePixels} pixels`,
      `frames of ${tileWidth} x ${tileHeight}`,
      "Convert the slide to tiles of 256 to 1024 pixels.",
    );
  const [stated] = dataSet.decimals(TAG.numberOfFrames);
  const frames = checkWhole(stated ?? 1, TAG.numberOfFrames, 1, DICOM_LIMITS.frames, dataSet.where);
  const width = dataSet.whole(TAG.totalColumns, 1, side);
  const height = dataSet.whole(TAG.totalRows, 1, side);
  return { width, height, tileWidth, tileHeight, frames };
}

function readPixelKind(
  dataSet: DataSet,
  syntax: TransferSyntax,
): Pick<Instance, "samples" | "planar" | "colour"> {
  const { where } = dataSet;
  const allocated = dataSet.whole(TAG.bitsAllocated, 1, 64);
  const stored = dataSet.whole(TAG.bitsStored, 1, 64);
  const signed = dataSet.binary(TAG.pixelRepresentation, "unsigned") === 1;
  if (allocated !== 8 || stored !== 8 || signed)
    throw unsupported(
      where,
      "8-bit unsigned samples",
      `${stored} of ${allocated} bits${signed ? ", signed" : ""}`,
      "Convert the slide to 8 bits per sample; how 16 bits map to 8 is a choice that lowmag does not make.",
    );
  const samples = dataSet.whole(TAG.samplesPerPixel, 1, 64);
  const planar = samples > 1 && dataSet.binary(TAG.planarConfiguration, "unsigned") === 1;
  const colour = statedColour(dataSet.text(TAG.photometric), samples, syntax, where);
  return { samples, planar, colour };
}

/** A concatenation is one image cut into several files, which would have to be put together first. */
function refuseConcatenation(dataSet: DataSet): void {
  const total = dataSet.binary(TAG.concatenationTotal, "unsigned");
  if (!dataSet.has(TAG.concatenation) || total === 1) return;
  throw unsupported(
    dataSet.where,
    "an image in one file",
    `a part of a concatenation${total === undefined ? "" : ` of ${total} files`}`,
    "Join the parts into one file first.",
  );
}

function tileLayout(
  dataSet: DataSet,
  geometry: Geometry & { readonly frames: number },
  sparse: SparseLayout,
): { layout: TileLayout; notes: string[] } {
  const organization = dataSet.text(TAG.dimensionOrganization);
  if (organization === "TILED_SPARSE" || (organization !== "TILED_FULL" && sparse.positions > 0))
    return { layout: sparse.finish(geometry), notes: [] };
  // Files that do not say how their frames lie have been seen row by row and column by column.
  const unsaid = organization === "" && geometry.frames > 1;
  if (unsaid)
    throw unsupported(
      dataSet.where,
      "a file that says where its frames lie (TILED_FULL, or a position for each)",
      `${geometry.frames} frames without a word on their order`,
      "Convert the slide again with a program that writes the Dimension Organization Type.",
    );
  if (organization === "TILED_FULL" || organization === "") return fullLayout(dataSet, geometry);
  throw unsupported(dataSet.where, "frames TILED_FULL or TILED_SPARSE", `"${organization}"`);
}

const FLAVOURS: Readonly<Record<string, Flavour>> = {
  LABEL: "label",
  OVERVIEW: "overview",
  LOCALIZER: "overview",
  THUMBNAIL: "thumbnail",
};

/** The third value of Image Type; a file that states none is taken for tissue. */
function flavourOf(dataSet: DataSet): Flavour {
  return FLAVOURS[dataSet.texts(TAG.imageType)[2] ?? ""] ?? "volume";
}
