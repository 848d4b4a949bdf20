// The table of slides: what each model answered, how far they disagree, and what is wrong with a slide.
import type { Collection } from "./collection.ts";
import { disagreementOf } from "./disagreement.ts";
import type { KnownSlide } from "./known-slide.ts";
import { reasonSentence } from "./public-words.ts";
import type { SlideRow } from "./schemas.ts";

/** All rows, in the order of the slides' paths. */
export async function slideTable(collection: Collection): Promise<SlideRow[]> {
  await collection.refresh();
  return await Promise.all(collection.slides.map((slide) => rowOf(collection, slide)));
}

async function rowOf(collection: Collection, slide: KnownSlide): Promise<SlideRow> {
  const answered = [...slide.answers].map(([id, { found }]) => ({ id, ...found.answer! }));
  const opinions = answered.map(({ model, probabilities }) => ({ classes: model.classes, probabilities }));
  return {
    id: slide.id,
    name: slide.name,
    truth: answered.find(({ truth }) => truth !== null)?.truth ?? null,
    answers: answered.map(({ id, label, probabilities, pieces, tissueArea }) => ({
      model: id,
      label,
      probabilities: [...probabilities],
      pieces,
      tissueArea,
    })),
    disagreement: disagreementOf(opinions),
    problem: await problemOf(collection, slide),
  };
}

/** Why there is no answer, or no file to look at; `null` where all is well. */
async function problemOf(collection: Collection, slide: KnownSlide): Promise<string | null> {
  const problem = slide.answers.size > 0 ? undefined : slide.unanswered[0]?.problem;
  if (problem === "unreadable") return "Its record is damaged: run `lowmag predict` again.";
  if (typeof problem === "string" && problem !== "pending") return reasonSentence(problem);
  const source = await collection.source(slide);
  if (source.kind === "problem") return source.sentence;
  return problem === "pending" ? "Not classified yet." : null;
}
