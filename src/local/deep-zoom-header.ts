// The XML file of a Deep Zoom image: size, tile size, overlap, format. No document type declaration, nothing fetched,
// nothing believed that is beyond sense.
import { fail } from "../base/index.ts";
import { elementsOf, readXml } from "../slide/index.ts";

/** What the XML file says. */
export interface DeepZoomHeader {
  readonly width: number;
  readonly height: number;
  readonly tileSize: number;
  /** Pixels that a tile reaches into each neighbour. */
  readonly overlap: number;
  /** The ending of the tiles' names, and what they are. */
  readonly extension: string;
  readonly format: "png" | "jpeg" | "webp";
  /** True where parts may be missing on purpose (DisplayRects). */
  readonly sparse: boolean;
}

/** An XML file of Deep Zoom is a few hundred bytes; display rectangles can make it longer. */
export const MOST_DEEP_ZOOM_XML = 2 ** 20;
const MOST_SIDE = 4_000_000;
const MOST_TILE = 4096;

/** Smaller tiles would make one region a matter of a million files. */
const LEAST_TILE = 8;

const FORMATS: ReadonlyMap<string, DeepZoomHeader["format"]> = new Map([
  ["png", "png"],
  ["jpg", "jpeg"],
  ["jpeg", "jpeg"],
  ["webp", "webp"],
]);

/** True for text that begins like the XML file of a Deep Zoom image. */
export function isDeepZoom(text: string): boolean {
  return /^\uFEFF?\s*</.test(text) && /<(\w+:)?Image[\s>]/.test(text) && /\bTileSize\s*=/.test(text);
}

/**
 * Reads the XML file.
 *
 * @throws LowmagError `corrupt-data` for XML that is not well-formed or numbers that cannot be; `unsupported-format` for
 *   tiles of another format and other kinds of XML.
 */
export function readDeepZoomHeader(text: string, where: string): DeepZoomHeader {
  const root = readXml(text, where);
  const image = root.attributes;
  const size = elementsOf(root, "Size")[0]?.attributes;
  if (root.name !== "Image" || size === undefined)
    throw fail("unsupported-format", {
      where,
      expected: "a Deep Zoom image (an Image element with a Size)",
      got: `an element ${root.name.slice(0, 40)}`,
    });
  const extension = (image.Format ?? "").toLowerCase();
  const format = FORMATS.get(extension);
  if (format === undefined)
    throw fail("unsupported-format", {
      where,
      expected: "tiles in PNG, JPEG or WebP",
      got: `"${(image.Format ?? "").slice(0, 20)}"`,
    });
  const tileSize = whole(image, "TileSize", LEAST_TILE, MOST_TILE, where);
  return {
    width: whole(size, "Width", 1, MOST_SIDE, where),
    height: whole(size, "Height", 1, MOST_SIDE, where),
    tileSize,
    overlap: whole(image, "Overlap", 0, Math.min(1024, tileSize), where),
    extension: image.Format!,
    format,
    sparse: elementsOf(root, "DisplayRect").length > 0,
  };
}

type Attributes = Readonly<Record<string, string>>;

function whole(attributes: Attributes, name: string, low: number, high: number, where: string): number {
  const text = attributes[name] ?? "";
  const value = /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : -1;
  if (value >= low && value <= high) return value;
  throw fail("corrupt-data", {
    where,
    expected: `${name} from ${low} to ${high}`,
    got: text === "" ? "none" : `"${text.slice(0, 40)}"`,
    fix: "The file is damaged. Export it again.",
  });
}
