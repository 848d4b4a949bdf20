// Makes and writes the images of one slide, in the order of the plan; what an earlier run finished is kept.
import { join } from "node:path";
import { throwIfCancelled } from "../base/index.ts";
import { type Cut, ImageMaker, type MadeImage, type SlideColours } from "../cutting/index.ts";
import type { SlideProgress } from "../jobs/index.ts";
import { hashBytes, type JobContext, removeTemporaryFiles, writeFileAtomically } from "../machine/index.ts";
import { finestOnly } from "./level-check.ts";
import { PendingFiles } from "./pending-files.ts";
import { imagePath, type JournalEntry, PieceJournal } from "./piece-journal.ts";
import { journalPath } from "./slide-record.ts";
import { EXTENSIONS, encodeStored } from "./stored-image.ts";
import type { DroppedImage, ImageRecord, PlannedSlide, PrepareBasis } from "./types.ts";

/** All that the images of a slide are made from. */
export interface ImageWork {
  readonly planned: PlannedSlide;
  readonly fingerprint: string;
  /** Folder of the data set, and of the slide in it. */
  readonly out: string;
  readonly folder: string;
  readonly basis: PrepareBasis;
  readonly colours: SlideColours;
  readonly cuts: readonly Cut[];
  readonly context: JobContext<SlideProgress>;
}

/** What was written and what was not. */
export interface WrittenImages {
  readonly images: readonly ImageRecord[];
  readonly dropped: readonly DroppedImage[];
}

/** Images in one folder: as many as file systems and people bear. */
const PER_FOLDER = 1000;

/**
 * Writes the images that are missing.
 *
 * @throws LowmagError `not-writable`, `cancelled` (what is finished stays), what reading throws.
 */
export async function writeImages(work: ImageWork): Promise<WrittenImages> {
  const { planned, out, folder, cuts, context } = work;
  const journal = await PieceJournal.open(journalPath(folder), work.fingerprint, out);
  const { slide, rules, map } = work.basis;
  const source = rules.readFrom === "finest" ? finestOnly(slide) : slide;
  const maker = new ImageMaker(source, map, work.colours);
  for (const { mpp } of cuts.filter((cut, i) => cut.mpp !== cuts[i - 1]?.mpp))
    await removeTemporaryFiles(join(out, imagePath({ mpp, file: `images/${planned.id}` })));
  const totals = new Map<number, number>();
  for (const { mpp } of cuts) totals.set(mpp, (totals.get(mpp) ?? 0) + 1);
  const entries: JournalEntry[] = [];
  const pending = new PendingFiles();
  try {
    for (const [done, cut] of cuts.entries()) {
      throwIfCancelled(context.signal, planned.where);
      context.report({ done, total: cuts.length });
      const before = journal.entry(cut.mpp, cut.number);
      if (before !== undefined) {
        entries[done] = before;
        continue;
      }
      await pending.room(cut);
      const made = await maker.make(cut, context);
      pending.add(cut, async () => {
        const entry = await writeImage(work, cut, made, totals.get(cut.mpp)!);
        entries[done] = entry;
        await journal.add(entry);
      });
    }
  } finally {
    await pending.all();
  }
  context.report({ done: cuts.length, total: cuts.length });
  return {
    images: entries.flatMap((entry) => ("image" in entry ? [entry.image] : [])),
    dropped: entries.flatMap((entry) => ("dropped" in entry ? [entry.dropped] : [])),
  };
}

async function writeImage(work: ImageWork, cut: Cut, made: MadeImage, total: number): Promise<JournalEntry> {
  const { planned, out } = work;
  const { rules } = planned;
  const { image, blur, blurred } = made;
  const { mpp, number, box, label, tissue, pen } = cut;
  if (blurred && rules.dropBlurred) return { dropped: { mpp, number, reason: "blurred" } };
  const bytes = await encodeStored(image, mpp, rules);
  const file = fileOf(planned.id, rules.grid !== null, number, total, EXTENSIONS[rules.format]);
  // Not flushed one by one: an image counts only with its hash, which is checked when a run goes on.
  await writeFileAtomically(join(out, imagePath({ mpp, file })), bytes, false);
  const { width, height } = image;
  const size = { bytes: bytes.length, sha256: hashBytes(bytes), width, height };
  return { image: { mpp, file, ...size, number, box, label, tissue, blur, blurred, pen } };
}

/** `images/<slide>/<slide>-p01.png`; slides of more than a thousand images get numbered folders of a thousand each. */
function fileOf(slide: string, isTile: boolean, number: number, total: number, extension: string): string {
  const digits = String(total).length;
  const name = `${slide}-${isTile ? "t" : "p"}${String(number).padStart(Math.max(2, digits), "0")}.${extension}`;
  const folder = String(Math.floor((number - 1) / PER_FOLDER)).padStart(3, "0");
  return total > PER_FOLDER ? `images/${slide}/${folder}/${name}` : `images/${slide}/${name}`;
}
