// The shapes of what the server answers, each written once: the OpenAPI description is made from them, and the tests hold
// every answer to them. They are those of the viewer's `SlideLibrary`.
import * as z from "zod";

const probability = z.number().min(0).max(1);
const size = z.object({ x: z.number().positive(), y: z.number().positive() });
const window = z.object({ left: z.number(), top: z.number(), width: z.number(), height: z.number() });
const opaque = z.string().regex(/^[0-9a-f]{20}$/);

/** Every refusal. */
export const errorSchema = z
  .object({ error: z.object({ code: z.string(), message: z.string() }) })
  .meta({ id: "Error", description: "Why there is no answer: a word for programs, a sentence for people." });

export const modelViewSchema = z
  .object({
    id: opaque,
    name: z.string(),
    classes: z.array(z.string()),
    mpp: z.number().positive().meta({ description: "µm per pixel of its images." }),
  })
  .meta({ id: "Model" });

const answerViewSchema = z
  .object({
    model: opaque,
    label: z.string(),
    probabilities: z.array(probability),
    pieces: z.int().min(0),
    tissueArea: z.number().min(0).meta({ description: "mm²." }),
  })
  .meta({ id: "Answer" });

export const slideRowSchema = z
  .object({
    id: opaque,
    name: z.string(),
    truth: z.string().nullable(),
    answers: z.array(answerViewSchema),
    disagreement: probability.nullable().meta({
      description:
        "Largest total variation distance between two models with classes of the same names; null with fewer than two.",
    }),
    problem: z.string().nullable(),
  })
  .meta({ id: "SlideRow" });

export const slideViewSchema = z
  .object({
    id: opaque,
    name: z.string(),
    width: z.int().min(1).meta({ description: "Of level 0, in pixels." }),
    height: z.int().min(1),
    mpp: size.nullable(),
    objective: z.number().nullable(),
    tileSize: z.int().min(1),
    facts: z.array(z.object({ name: z.string(), value: z.string() })),
  })
  .meta({ id: "Slide" });

const rulesSchema = z.record(z.string(), z.unknown()).meta({
  description: "The rules by which images were cut, as `lowmag prepare` names them.",
});

export const modelFactsSchema = z
  .object({
    name: z.string(),
    architecture: z.string(),
    classes: z.array(z.string()),
    mpp: z.number().positive(),
    hash: z.string().meta({ description: "SHA-256 of the weights." }),
    rules: rulesSchema.nullable(),
  })
  .meta({ id: "ModelFacts" });

export const pieceSchema = z
  .object({
    number: z.int().min(1),
    box: window.meta({ description: "In pixels of level 0." }),
    width: z.int().min(1),
    height: z.int().min(1),
    tissueArea: z.number().min(0),
    tissue: probability,
    pen: probability,
    blur: z.number().nullable(),
    blurred: z.boolean(),
    label: z.string(),
    probabilities: z.array(probability),
    logits: z.array(z.number()),
    seconds: z.number().min(0),
  })
  .meta({ id: "Piece" });

export const predictionSchema = z
  .object({
    format: z.literal("lowmag-prediction-1"),
    slide: z.string().meta({ description: "The slide's name as it is shown." }),
    facts: z.object({
      format: z.string(),
      vendor: z.string(),
      width: z.int().min(1),
      height: z.int().min(1),
      levels: z.int().min(1),
      mpp: size,
      mppSource: z.string(),
      objective: z.number().nullable(),
      bounds: window.nullable(),
      decoder: z.string(),
    }),
    model: modelFactsSchema,
    engine: z.string(),
    rules: rulesSchema,
    slideRule: z.object({ kind: z.enum(["mean", "max", "any"]) }).loose(),
    answer: z.object({ label: z.string(), probabilities: z.array(probability) }),
    truth: z.string().nullable(),
    pieces: z.array(pieceSchema),
    tissueArea: z.number().min(0),
    seconds: z.record(z.string(), z.number()),
    notes: z.array(z.string()),
  })
  .meta({ id: "Prediction" });

const ring = z.array(z.number()).meta({ description: "x and y of each point, in pixels of level 0." });

export const overlaySchema = z
  .object({
    format: z.literal("lowmag-overlay-1"),
    classes: z.array(z.string()),
    maps: z.array(
      z.object({
        piece: z.int().nullable(),
        left: z.number(),
        top: z.number(),
        cellWidth: z.number().positive(),
        cellHeight: z.number().positive(),
        columns: z.int().min(1),
        rows: z.int().min(1),
        covered: z.string().meta({ description: "Base64 of bytes [rows, columns]: 1 where shown." }),
        values: z.string().meta({ description: "Base64 of bytes [class, rows, columns]: steps of 1/255." }),
      }),
    ),
    outlines: z.array(
      z.object({ piece: z.int(), polygons: z.array(z.object({ outer: ring, holes: z.array(ring) })) }),
    ),
  })
  .meta({ id: "Overlay" });

export const uploadAnswerSchema = z
  .object({
    model: opaque,
    classes: z.array(z.string()),
    label: z.string(),
    probabilities: z.array(probability),
    mpp: z.number().positive().meta({ description: "µm per pixel that the image was taken to have." }),
    width: z.int().min(1),
    height: z.int().min(1),
    pieces: z.array(pieceSchema),
    tissueArea: z.number().min(0),
    seconds: z.number().min(0),
    notes: z.array(z.string()),
    overlay: overlaySchema.nullable(),
  })
  .meta({ id: "UploadAnswer" });

/** An id in an address. */
export const idParameter = opaque.meta({ description: "Opaque id." });

export type ModelView = z.output<typeof modelViewSchema>;
export type AnswerView = z.output<typeof answerViewSchema>;
export type SlideRow = z.output<typeof slideRowSchema>;
export type SlideView = z.output<typeof slideViewSchema>;
export type UploadAnswer = z.output<typeof uploadAnswerSchema>;
