// The list of everything that is fuzzed: the short tests and the long run both go through it, so nothing is in one alone.
import { CODEC_TARGETS } from "./codec-targets.ts";
import { PICTURE_TARGETS } from "./picture-targets.ts";
import { SLIDE_TARGETS } from "./slide-targets.ts";
import type { FuzzTarget } from "./target.ts";
import { TEXT_TARGETS } from "./text-targets.ts";
import { TIFF_TARGETS } from "./tiff-targets.ts";

/** By group; `<group>.test.ts` holds the short tests of each, so that they run side by side. */
export const FUZZ_GROUPS = {
  tiff: TIFF_TARGETS,
  slide: SLIDE_TARGETS,
  codec: CODEC_TARGETS,
  text: TEXT_TARGETS,
  picture: PICTURE_TARGETS,
} as const satisfies Readonly<Record<string, readonly FuzzTarget[]>>;

export const FUZZ_TARGETS: readonly FuzzTarget[] = Object.values(FUZZ_GROUPS).flat();
