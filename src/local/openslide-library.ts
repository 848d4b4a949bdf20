// The OpenSlide library through koffi: finding it, and its functions with their types. Only the process of
// `openslide-child.ts` loads this, for a library in C may crash on a file that means harm.
import type { LibraryHandle } from "koffi";
import type { OpenSlideVersion } from "./openslide-protocol.ts";

/** The functions that lowmag calls. A handle is a pointer that koffi keeps. */
export interface OpenSlideLibrary extends OpenSlideVersion {
  open(path: string): unknown;
  close(slide: unknown): void;
  error(slide: unknown): string | null;
  levelCount(slide: unknown): number;
  levelSize(slide: unknown, level: number): { width: number; height: number };
  property(slide: unknown, name: string): string | null;
  associatedNames(slide: unknown): string[];
  associatedSize(slide: unknown, name: string): { width: number; height: number };
  /** Fills `target` with premultiplied ARGB, 4 bytes a pixel in the machine's byte order. */
  readRegion(
    slide: unknown,
    target: Uint32Array,
    x: number,
    y: number,
    level: number,
    width: number,
    height: number,
  ): void;
  readAssociated(slide: unknown, name: string, target: Uint32Array): void;
  /** The colour profile; `null` where there is none or the library is older than 4.0. */
  profile(slide: unknown): Uint8Array | null;
}

type NativeFunction = ReturnType<LibraryHandle["func"]>;

/** Names under which systems install it, newest first. */
export const OPENSLIDE_LIBRARIES: readonly string[] = [
  "libopenslide.so.1",
  "libopenslide.so.0",
  "libopenslide.1.dylib",
  "/opt/homebrew/lib/libopenslide.1.dylib",
  "/usr/local/lib/libopenslide.1.dylib",
  "/opt/local/lib/libopenslide.1.dylib",
  "libopenslide-1.dll",
];

/** Loads the library, or `null` where koffi or the library is not installed. */
export async function loadOpenSlide(library: string | undefined): Promise<OpenSlideLibrary | null> {
  const koffi = await import("koffi").catch(() => null);
  if (koffi === null) return null;
  const decode: DecodePointers = (pointer, count) => koffi.decode(pointer, "char *", count);
  for (const path of library === undefined ? OPENSLIDE_LIBRARIES : [library]) {
    const found = tryLoad(() => bind(koffi.load(path), path, decode));
    if (found !== null) return found;
  }
  return null;
}

/** `null` for a library that is not there, or is another one. */
function tryLoad(load: () => OpenSlideLibrary): OpenSlideLibrary | null {
  try {
    return load();
  } catch {
    return null;
  }
}

type DecodePointers = (pointer: unknown, count: number) => (string | null)[];

function bind(library: LibraryHandle, path: string, decode: DecodePointers): OpenSlideLibrary {
  const f = declare(library);
  const size = (call: (width: number[], height: number[]) => void) => {
    const [width, height] = [[-1], [-1]];
    call(width, height);
    return { width: Number(width[0]), height: Number(height[0]) };
  };
  return {
    path,
    version: String(f.version()),
    open: (file) => f.open(file),
    close: (slide) => void f.close(slide),
    error: (slide) => f.error(slide),
    levelCount: (slide) => f.levelCount(slide),
    levelSize: (slide, level) => size((width, height) => f.levelSize(slide, level, width, height)),
    property: (slide, name) => f.property(slide, name),
    associatedNames: (slide) => names(f.associatedNames(slide), decode),
    associatedSize: (slide, name) => size((width, height) => f.associatedSize(slide, name, width, height)),
    readRegion: (slide, target, x, y, level, width, height) =>
      void f.readRegion(slide, target, x, y, level, width, height),
    readAssociated: (slide, name, target) => void f.readAssociated(slide, name, target),
    profile: (slide) => readProfile(slide, library),
  };
}

function declare(library: LibraryHandle) {
  return {
    version: library.func("const char *openslide_get_version()"),
    open: library.func("void *openslide_open(const char *path)"),
    close: library.func("void openslide_close(void *slide)"),
    error: library.func("const char *openslide_get_error(void *slide)"),
    levelCount: library.func("int32_t openslide_get_level_count(void *slide)"),
    levelSize: library.func(
      "void openslide_get_level_dimensions(void *slide, int32_t level, _Out_ int64_t *w, _Out_ int64_t *h)",
    ),
    property: library.func("const char *openslide_get_property_value(void *slide, const char *name)"),
    associatedNames: library.func("void *openslide_get_associated_image_names(void *slide)"),
    associatedSize: library.func(
      "void openslide_get_associated_image_dimensions(void *slide, const char *name, _Out_ int64_t *w, _Out_ int64_t *h)",
    ),
    readRegion: library.func(
      "void openslide_read_region(void *slide, void *target, int64_t x, int64_t y, int32_t level, int64_t w, int64_t h)",
    ),
    readAssociated: library.func(
      "void openslide_read_associated_image(void *slide, const char *name, void *target)",
    ),
  };
}

/** A NULL-terminated list of texts. */
function names(list: unknown, decode: DecodePointers): string[] {
  const found: string[] = [];
  for (let count = 1; list !== null && count <= 64; count++) {
    const name = decode(list, count)[count - 1];
    if (name === null || name === undefined) break;
    found.push(name);
  }
  return found;
}

const MOST_PROFILE_BYTES = 16 * 2 ** 20;

/** OpenSlide 4.0 and later. */
function readProfile(slide: unknown, library: LibraryHandle): Uint8Array | null {
  let size: NativeFunction;
  let read: NativeFunction;
  try {
    size = library.func("int64_t openslide_get_icc_profile_size(void *slide)");
    read = library.func("void openslide_read_icc_profile(void *slide, void *target)");
  } catch {
    return null;
  }
  const length = Number(size(slide));
  if (!(length > 0 && length <= MOST_PROFILE_BYTES)) return null;
  const profile = new Uint8Array(length);
  read(slide, profile);
  return profile;
}
