// Which slides of a folder are finished: made from this very file by these very settings, and whole.
import { fail } from "../base/index.ts";
import type { FingerprintedSlide } from "./fingerprints.ts";
import { filesAreWhole, readRecord, readSource, writeSource } from "./slide-record.ts";
import { summaryOf } from "./summary.ts";
import type { PlannedSlide, SlideSummary } from "./types.ts";

/**
 * What stands in the folder of a slide; `null` where that is not its finished result.
 *
 * @throws LowmagError `invalid-argument` where the slide's name means another file there.
 */
export async function finishedSlide(
  out: string,
  { slide, fingerprint, bytes, state }: FingerprintedSlide,
): Promise<SlideSummary | null> {
  const source = await readSource(out, slide.id);
  const moved = source !== null && source.path !== slide.path;
  if (moved && source.state !== state) throw otherSlide(out, slide);
  const record = await readRecord(out, slide.id);
  if (record?.stored.fingerprint !== fingerprint || !(await filesAreWhole(out, record))) return null;
  const { path, patient } = slide;
  const sha256 = source?.sha256 ?? null;
  if (source === null || moved || source.patient !== patient)
    await writeSource(out, slide.id, { path, bytes, state, sha256, patient });
  return summaryOf(record.prediction);
}

function otherSlide(out: string, { id, path }: PlannedSlide): Error {
  return fail("invalid-argument", {
    where: path,
    expected: `a name of its own in ${out}`,
    got: `\`${id}\`, which is another file's there`,
    fix: "Give all slides of a folder of results in one call, use `--opaque-names`, or choose another `--out`.",
  });
}
