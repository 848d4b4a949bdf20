// What strangers are told. Messages of the reader and notes of a prediction name files and folders, and a slide's file name
// can be a patient's number: nothing of that leaves the server unless names may be shown, and folders never do.
import { basename, dirname } from "node:path";
import { type FailureReason, failureReason } from "../cutting/index.ts";

const BY_REASON: Readonly<Record<FailureReason, string>> = {
  "not-found": "The slide's file is not where it was.",
  "not-a-slide": "The file is not a slide.",
  unsupported: "The slide is of a kind that is not read.",
  "unsupported-compression": "The slide's tiles are compressed in a way that is not read.",
  truncated: "The slide's file is cut off.",
  damaged: "The slide's file is damaged.",
  "no-pixel-size": "The slide does not say how large its pixels are.",
  "too-coarse": "The slide is coarser than the model needs.",
  "too-large": "The tissue was too large for the memory it was given.",
  "no-tissue": "No tissue was found.",
  annotation: "Its annotations could not be read.",
  stain: "Its stains could not be estimated.",
  crashed: "The decoder crashed on this slide.",
  "out-of-memory": "Memory ran out on this slide.",
  other: "The slide could not be read.",
};

/** Why a slide was set aside, in a sentence that names nothing. */
export function reasonSentence(reason: string): string {
  return Object.hasOwn(BY_REASON, reason) ? BY_REASON[reason as FailureReason] : BY_REASON.other;
}

/** Why a slide cannot be read now, in a sentence that names nothing. */
export function readingSentence(error: unknown): string {
  return reasonSentence(failureReason(error));
}

/** The least length of a stem that is looked for in texts; shorter ones are words by chance. */
const SHORTEST_STEM = 3;

/**
 * A text without the slide's path, folder, file name and stem, which are replaced by the name that is shown. Where names
 * may be shown, file names stay and folders go.
 */
export function withoutNames(text: string, path: string, shown: string, showNames: boolean): string {
  const name = basename(path);
  const stem = name.replace(/(\.ome)?\.[a-z0-9]{1,8}$/i, "");
  const telling = [path, ...(showNames ? [] : [name, ...(stem.length >= SHORTEST_STEM ? [stem] : [])])];
  const plain = telling.reduce((left, part) => left.replaceAll(part, shown), text);
  const folder = dirname(path);
  return folder.length > 1 ? plain.replaceAll(folder, "…") : plain;
}
