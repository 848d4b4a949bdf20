// `lowmag slide …`: what the reader sees of one slide.
import {
  slideAssociatedOptions,
  slideInfoOptions,
  slideRegionOptions,
  slideThumbnailOptions,
  slideTissueOptions,
} from "../../options/index.ts";
import { type Command, type CommandGroup, defineCommand } from "../command.ts";
import { slideInfoText, tissueText, writtenText } from "../slide-text.ts";

const FILE = [{ key: "file", variadic: false }] as const;

export const slideGroup: CommandGroup = {
  name: "slide",
  summary: "Look at a slide: what it says of itself, thumbnail, region, tissue.",
  description:
    "Shows what lowmag reads of a whole-slide image, so that a person can check it before `lowmag prepare` cuts a hundred of them.",
};

const slideInfoCommand = defineCommand({
  name: "slide info",
  summary: "Say what a slide holds: format, levels, µm/px and where it came from.",
  description:
    "Prints format, vendor, size, levels, µm per pixel with its source, objective power and the names of the pictures beside the tissue, which are not decoded.",
  examples: [
    { command: "lowmag slide info biopsy.svs", says: "In words." },
    { command: "lowmag slide info biopsy.svs --json", says: "For a program." },
  ],
  positionals: FILE,
  options: slideInfoOptions,
  async run(options, context) {
    const { slideInfo } = await import("../../api/slide.ts");
    const result = await slideInfo(options, context);
    return { result, text: slideInfoText(result) };
  },
});

const slideThumbnailCommand = defineCommand({
  name: "slide thumbnail",
  summary: "Write the whole slide as one small picture.",
  description:
    "Reads the whole slide at a resolution or size from its nearest finer level, with exact area averaging. The thumbnail that the scanner stored is not used.",
  examples: [
    {
      command: "lowmag slide thumbnail biopsy.svs --out biopsy.png",
      says: "1024 pixels on the longer side.",
    },
    { command: "lowmag slide thumbnail biopsy.svs --mpp 8 --out biopsy.png", says: "At 8 µm per pixel." },
  ],
  positionals: FILE,
  options: slideThumbnailOptions,
  async run(options, context) {
    const { slideThumbnail } = await import("../../api/slide.ts");
    const result = await slideThumbnail(options, context);
    return { result, text: writtenText(result) };
  },
});

const slideRegionCommand = defineCommand({
  name: "slide region",
  summary: "Write a region of a slide at a resolution or level.",
  description:
    "Reads a rectangle, given in pixels of level 0, at any µm per pixel not finer than level 0, or as the pixels of one level. What lies outside the slide is white.",
  examples: [
    {
      command:
        "lowmag slide region biopsy.svs --x 4000 --y 2500 --width 2048 --height 2048 --mpp 1 --out a.png",
      says: "2048 x 2048 pixels of level 0, at 1 µm per pixel.",
    },
  ],
  positionals: FILE,
  options: slideRegionOptions,
  async run(options, context) {
    const { slideRegion } = await import("../../api/slide.ts");
    const result = await slideRegion(options, context);
    return { result, text: writtenText(result) };
  },
});

const slideTissueCommand = defineCommand({
  name: "slide tissue",
  summary: "Show where tissue is found, and its pieces, with numbers.",
  description:
    "Writes a thumbnail with the outlines of tissue, pieces and pen marks, and prints a table of the pieces. The options are those of `lowmag prepare`: try them here.",
  examples: [
    { command: "lowmag slide tissue biopsy.svs --out tissue.png", says: "With the default method." },
  ],
  positionals: FILE,
  options: slideTissueOptions,
  async run(options, context) {
    const { slideTissue } = await import("../../api/slide-tissue.ts");
    const result = await slideTissue(options, context);
    return { result, text: tissueText(result) };
  },
});

const slideAssociatedCommand = defineCommand({
  name: "slide associated",
  summary: "Write a picture beside the tissue (label, macro), by its name.",
  description:
    "Decodes one of the pictures that `lowmag slide info` lists. Labels and macros can show a person's name: lowmag never decodes them unless asked by this command.",
  examples: [
    {
      command: "lowmag slide associated biopsy.svs --name macro --out macro.png",
      says: "The macro picture.",
    },
  ],
  positionals: FILE,
  options: slideAssociatedOptions,
  async run(options, context) {
    const { slideAssociated } = await import("../../api/slide.ts");
    const result = await slideAssociated(options, context);
    return { result, text: writtenText(result) };
  },
});

export const slideCommands: readonly Command[] = [
  slideInfoCommand,
  slideThumbnailCommand,
  slideRegionCommand,
  slideTissueCommand,
  slideAssociatedCommand,
];
