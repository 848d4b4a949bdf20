// The checks of `doctor` about slides: the decoders of their tiles, the system's faster one, and OpenSlide. The last two
// are optional: their absence is no warning, but worth a line that says what they would bring.
import type { TileDecoder } from "../codec/index.ts";
import { loadDecoders, openslideVersion } from "../local/index.ts";
import type { DoctorCheck } from "./doctor.ts";

/** A baseline JPEG of 2 x 2 pixels of one colour. */
export interface JpegSample {
  readonly base64: string;
  readonly colour: readonly number[];
  /** Grey levels by which a decoder may differ. */
  readonly tolerance: number;
}

/** Tries everything that opens slides. */
export async function checkSlides(sample: JpegSample): Promise<readonly DoctorCheck[]> {
  return [await checkOwnDecoder(sample), await checkNativeDecoder(sample), await checkOpenSlide()];
}

async function checkOwnDecoder(sample: JpegSample): Promise<DoctorCheck> {
  const name = "slide decoder";
  const fix = "Reinstall lowmag: the file wasm/decoders.wasm belongs to it.";
  try {
    const { jpeg, jpeg2000 } = await loadDecoders("wasm");
    const detail = `${jpeg.description}, ${jpeg2000.description}`;
    if (decodesRight(jpeg, sample)) return { name, status: "ok", detail, fix: "" };
    return { name, status: "fail", detail: `${detail}: wrong pixels`, fix };
  } catch (error) {
    return { name, status: "fail", detail: wordsOf(error), fix };
  }
}

async function checkNativeDecoder(sample: JpegSample): Promise<DoctorCheck> {
  const name = "native JPEG decoder";
  try {
    const { jpeg } = await loadDecoders("native");
    if (decodesRight(jpeg, sample)) return { name, status: "ok", detail: jpeg.description, fix: "" };
    const detail = `${jpeg.description}: wrong pixels`;
    return { name, status: "warn", detail, fix: "Use `--decoder wasm`, and report this output." };
  } catch {
    const detail = "none found; slides are read with the one above, which gives the same pixels";
    return {
      name,
      status: "ok",
      detail,
      fix: `For more speed: ${howToInstall("libturbojpeg0", "jpeg-turbo", "libjpeg-turbo from its releases")}.`,
    };
  }
}

async function checkOpenSlide(): Promise<DoctorCheck> {
  const name = "OpenSlide";
  const install = howToInstall("libopenslide0", "openslide", "OpenSlide's binaries, on the PATH");
  try {
    const found = await openslideVersion();
    if (found !== null)
      return {
        name,
        status: "ok",
        detail: `${found.version} (${found.path}), for formats such as MRXS`,
        fix: "",
      };
    return {
      name,
      status: "ok",
      detail: "not found; not needed for SVS, TIFF, NDPI, SCN, BIF, DICOM and Deep Zoom",
      fix: `For MRXS, VMS and the like: ${install}.`,
    };
  } catch (error) {
    return { name, status: "warn", detail: wordsOf(error), fix: `Install it anew: ${install}.` };
  }
}

function howToInstall(debian: string, brew: string, windows: string): string {
  if (process.platform === "darwin") return `brew install ${brew}`;
  return process.platform === "win32"
    ? `install ${windows}`
    : `apt install ${debian} (or your system's package)`;
}

function decodesRight(decoder: TileDecoder, { base64, colour, tolerance }: JpegSample): boolean {
  const data = Buffer.from(base64, "base64");
  const pixels = decoder.decode({ data, width: 2, height: 2, colour: "unknown", where: "a sample" });
  return pixels.length === 12 && pixels.every((value, i) => Math.abs(value - colour[i % 3]!) <= tolerance);
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
