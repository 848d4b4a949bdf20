// Options of `serve`: slides and results in a browser.
import * as z from "zod";
import { seed } from "./fragments.ts";

const ACCESS = "Access";
const LIMITS = "Limits";
const READING = "Reading";

/** The port where none is asked for. */
export const SERVE_PORT = 8347;

/** Options of {@link serve}. */
export const serveOptions = z.strictObject({
  results: z.array(z.string().min(1)).default([]).meta({
    placeholder: "RESULTS",
    description:
      "Folders that `lowmag predict` wrote, folders that hold several of them (one per model, shown side by side), or slides, folders and globs of slides.",
  }),
  slides: z.array(z.string().min(1)).default([]).meta({
    placeholder: "PATH",
    description: "Slides to show besides: files, folders, globs.",
  }),
  run: z.array(z.string().min(1)).default([]).meta({
    placeholder: "RUN",
    description: "Run folder of a model that classifies uploaded images; may be repeated.",
  }),
  host: z.string().min(1).default("127.0.0.1").meta({
    group: ACCESS,
    placeholder: "ADDRESS",
    description: "Address to listen on; anything but this machine's own asks for a token.",
  }),
  port: z.int().min(0).max(65_535).default(SERVE_PORT).meta({
    group: ACCESS,
    description: "Port to listen on; 0 takes any that is free.",
  }),
  token: z.boolean().default(false).meta({
    group: ACCESS,
    description: "Ask for a token on this machine too, where others have accounts on it.",
  }),
  showNames: z.boolean().default(false).meta({
    group: ACCESS,
    description: "Show file names; without it slides are called Slide 1, Slide 2, and so on.",
  }),
  maxUpload: z.number().positive().max(1024).default(64).meta({
    group: LIMITS,
    placeholder: "MB",
    description: "Largest image that may be uploaded, in MB.",
  }),
  rate: z.int().min(1).max(100_000).default(200).meta({
    group: LIMITS,
    description: "Requests per second of one client, after a first burst of four times as many.",
  }),
  processes: z.int().min(1).max(64).optional().meta({
    group: LIMITS,
    description: "Processes that read slides, each one tile at a time (default: one per core, at most 8).",
  }),
  cacheMb: z.int().min(0).max(65_536).default(128).meta({
    group: LIMITS,
    placeholder: "MB",
    description: "Encoded tiles to keep in memory, in MB.",
  }),
  quality: z.int().min(1).max(100).default(80).meta({
    group: READING,
    description: "JPEG quality of tiles that are encoded.",
  }),
  reencode: z.boolean().default(false).meta({
    group: READING,
    description:
      "Decode and encode every tile; without it a slide's own JPEG tiles are sent as they are, without their metadata.",
  }),
  backend: z.enum(["auto", "own", "openslide"]).default("auto").meta({
    group: READING,
    description:
      "Reader: lowmag's own, OpenSlide (where it is installed), or its own with OpenSlide for formats it does not know.",
  }),
  decoder: z.enum(["auto", "wasm", "native"]).default("auto").meta({
    group: READING,
    description:
      "JPEG decoder: WebAssembly, the system's libjpeg-turbo (faster, the same pixels), or native where it is found.",
  }),
  seed: seed.meta({ description: "Accepted for uniformity; serving has no random part." }),
});

/** What a caller of `serve` gives. */
export type ServeOptions = z.input<typeof serveOptions>;
