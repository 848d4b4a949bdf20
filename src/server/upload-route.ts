// `POST /api/predict`: an uploaded image, and what a model says of it. The image is held in memory and forgotten.
import * as z from "zod";
import { isLowmagError } from "../base/index.ts";
import { json } from "./library-routes.ts";
import { busy, refusal } from "./refusal.ts";
import { type Call, defineRoute, type Route } from "./route.ts";
import { idParameter, type UploadAnswer, uploadAnswerSchema } from "./schemas.ts";
import type { Services } from "./services.ts";

const TYPES = ["image/png", "image/jpeg", "image/webp", "image/tiff", "application/octet-stream"];

const query = z.object({
  model: idParameter,
  mpp: z.coerce.number().min(0.05).max(20).optional().meta({
    description: "µm per pixel of the image; what the file states is used without it.",
  }),
  how: z.enum(["whole", "cut"]).default("whole").meta({
    description: "A tissue image as it is, or a picture of a slide from which tissue is cut first.",
  }),
  overlay: z.enum(["0", "1"]).default("0").meta({ description: "1: with class activation." }),
});

/** The route. */
export function uploadRoute(services: Services): Route {
  return defineRoute({
    method: "post",
    path: "/api/predict",
    name: "predictImage",
    summary: "Classify an uploaded tissue image.",
    parameters: z.object({}),
    query,
    takes: TYPES,
    answers: { type: "application/json", description: "The answer.", schema: uploadAnswerSchema },
    refusals: ["bad-request", "not-found", "too-large", "unsupported-media", "unprocessable", "busy"],
    handle: async (call) => {
      const { predictor } = services;
      if (!predictor.enter()) return busy();
      try {
        return await answer(services, call);
      } finally {
        predictor.leave();
      }
    },
  });
}

async function answer(
  services: Services,
  { query: { model: id, mpp, how, overlay }, request, signal }: Call<object, z.output<typeof query>>,
): Promise<Response> {
  const model = findModel(services, id);
  if (model === undefined)
    return refusal("not-found", "No such model classifies uploads here. Start `lowmag serve` with `--run`.");
  const type = (request.headers.get("content-type") ?? "").split(";")[0]!.trim().toLowerCase();
  if (!TYPES.includes(type))
    return refusal("unsupported-media", `Send an image as one of ${TYPES.join(", ")}.`);
  const image = await readBody(request, services.uploadBytes);
  if (image === null)
    return refusal("too-large", `Images have at most ${services.uploadBytes} bytes here.`, {
      connection: "close",
    });
  if (image.length === 0) return refusal("bad-request", "The request has no body: send the image's bytes.");
  try {
    const given = { run: model.run, image, mpp: mpp ?? null, how, overlay: overlay === "1" };
    const { overlay: map, ...reply } = await services.predictor.classify(given, signal);
    const shown = {
      model: id,
      ...reply,
      overlay: map === null ? null : (JSON.parse(map) as UploadAnswer["overlay"]),
    };
    return json(shown);
  } catch (error) {
    // The messages are about what the client sent, so it may read them; they name no file.
    if (!isLowmagError(error) || error.code === "internal" || error.code === "cancelled") throw error;
    return refusal("unprocessable", error.message);
  }
}

/** A model of the results by its id there, or one given for uploads by its own. */
function findModel({ collection, uploads }: Services, id: string) {
  const hash = collection.model(id)?.hash;
  return uploads.find((model) => model.id === id || model.hash === hash);
}

/** A body of at most so many bytes; `null` for a longer one, of which no more is read. */
async function readBody(request: Request, most: number): Promise<Uint8Array | null> {
  if (Number(request.headers.get("content-length") ?? 0) > most) return null;
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of request.body ?? []) {
    bytes += part.length;
    if (bytes > most) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
