// A made-up data set and study files about it: plain data, no files.
import type { Dataset, TissueImage } from "../../src/dataset/index.ts";
import {
  type CompleteStudyFile,
  parseStudyFile,
  planStudy,
  type StudyPlan,
  studyFacts,
} from "../../src/study/index.ts";

/** A study file as its text says it; the path is nowhere. */
export function study(text: string): CompleteStudyFile {
  return parseStudyFile(text, { path: "/nowhere/study.yaml" }).content;
}

/** What a made-up data set is made of. */
export interface MadeUp {
  readonly train?: number;
  readonly val?: number;
  readonly unlabelled?: number;
  readonly side?: number;
  /** Makes the unlabelled images others. */
  readonly salt?: string;
}

/** Images of two classes and four patients each per split, and unlabelled ones of patients of their own. */
export function dataset({
  train = 24,
  val = 8,
  unlabelled = 16,
  side = 512,
  salt = "",
}: MadeUp = {}): Dataset {
  const image = (id: string, more: Partial<TissueImage>): TissueImage => ({
    id,
    path: `/nowhere/${id}`,
    label: null,
    patient: null,
    split: null,
    mpp: 1,
    mppSource: "option",
    width: side,
    height: side,
    contentHash: `hash of ${id}`,
    ...more,
  });
  const labelled = (split: "train" | "val" | "test", count: number) =>
    Array.from({ length: count }, (_, i) =>
      image(`${split}/${i}.png`, { label: i % 2 === 0 ? "A" : "B", patient: `${split} ${i % 8}`, split }),
    );
  const bare = Array.from({ length: unlabelled }, (_, i) =>
    image(`more/${i}${salt}.png`, { patient: `more ${i % 8}` }),
  );
  return {
    classes: ["A", "B"],
    images: [...labelled("train", train), ...labelled("val", val), ...labelled("test", val), ...bare],
  };
}

/** Plans a text over a data set. */
export function planOf(text: string, data: Dataset = dataset()): StudyPlan {
  const file = study(text);
  return planStudy(file, studyFacts(data, file));
}
