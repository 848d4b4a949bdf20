// The DICOM elements that lowmag looks at, by the names of PS3.6. No other element's value is ever read: what is not
// in this list (patient, study, specimen, dates) is stepped over.

/** Tags as (group << 16) + element. */
export const TAG = {
  transferSyntax: 0x00020010,
  imageType: 0x00080008,
  sopClass: 0x00080016,
  sopInstance: 0x00080018,
  pyramid: 0x00080019,
  manufacturer: 0x00080070,
  manufacturerModel: 0x00081090,
  softwareVersions: 0x00181020,
  series: 0x0020000e,
  concatenation: 0x00209161,
  concatenationTotal: 0x00209163,
  dimensionOrganization: 0x00209311,
  samplesPerPixel: 0x00280002,
  photometric: 0x00280004,
  planarConfiguration: 0x00280006,
  numberOfFrames: 0x00280008,
  rows: 0x00280010,
  columns: 0x00280011,
  pixelSpacing: 0x00280030,
  bitsAllocated: 0x00280100,
  bitsStored: 0x00280101,
  pixelRepresentation: 0x00280103,
  iccProfile: 0x00282000,
  lossyCompression: 0x00282110,
  lossyMethod: 0x00282114,
  pixelMeasures: 0x00289110,
  imagedVolumeWidth: 0x00480001,
  imagedVolumeHeight: 0x00480002,
  totalColumns: 0x00480006,
  totalRows: 0x00480007,
  opticalPaths: 0x00480105,
  objectivePower: 0x00480112,
  planePosition: 0x0048021a,
  columnPosition: 0x0048021e,
  rowPosition: 0x0048021f,
  numberOfOpticalPaths: 0x00480302,
  focalPlanes: 0x00480303,
  sharedGroups: 0x52009229,
  perFrameGroups: 0x52009230,
  extendedOffsets: 0x7fe00001,
  extendedLengths: 0x7fe00002,
  floatPixelData: 0x7fe00008,
  doublePixelData: 0x7fe00009,
  pixelData: 0x7fe00010,
  item: 0xfffee000,
  itemEnd: 0xfffee00d,
  sequenceEnd: 0xfffee0dd,
} as const;

/** The elements whose values are kept. */
export const WANTED: ReadonlySet<number> = new Set(Object.values(TAG));

/** Limits that no honest slide comes near; a file beyond them is damaged or means harm. */
export const DICOM_LIMITS = {
  /** Sequences inside sequences. */
  depth: 24,
  /** Elements and items of a header, those stepped over one by one included. */
  elements: 40_000_000,
  /** Items and bytes of values that a walk may hold. */
  heldItems: 100_000,
  heldBytes: 32 * 2 ** 20,
  /** Values longer than this stay in the file (profiles, offset tables). */
  valueBytes: 4096,
  frames: 4_194_304,
  /** Pixels of the total pixel matrix along a side. */
  side: 4_000_000,
  /** Pixels of a frame. */
  framePixels: 4096 * 4096,
  /** Compressed bytes of a frame. */
  frameBytes: 64 * 2 ** 20,
  /** Pieces of one frame, and pieces of a file beyond one per frame. */
  fragments: 4096,
  extraPieces: 1_000_000,
  profileBytes: 16 * 2 ** 20,
  /** Pixels of a picture beside the tissue. */
  associatedPixels: 100_000_000,
  instances: 512,
} as const;
