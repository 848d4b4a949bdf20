// What stands above the table: where to drop slides, which model answers, what computes, and what is under way.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { piecesTable, saveText, slidesTable } from "./downloads.ts";
import { EnginePanel } from "./engine-panel.tsx";
import type { Shelter } from "./isolation.ts";
import { JobList } from "./job-list.tsx";
import { isUnderWay } from "./jobs.ts";
import { ModelPanel } from "./model-panel.tsx";
import { chosenFiles } from "./picked-files.ts";
import type { Session } from "./session.ts";

export interface StartPanelProps {
  readonly session: Session;
  readonly shelter: Shelter;
}

export function StartPanel({ session, shelter }: StartPanelProps): JSX.Element {
  const [, redraw] = useState(0);
  useEffect(() => session.subscribe(() => redraw((count) => count + 1)), [session]);
  return (
    <section class="start" aria-label="Slides to classify">
      <div class="columns">
        <DropField session={session} />
        <div class="about">
          <ModelPanel file={session.site.model} />
          <EnginePanel session={session} shelter={shelter} />
        </div>
      </div>
      <JobList session={session} />
      <Tables session={session} />
    </section>
  );
}

function DropField({ session }: { session: Session }): JSX.Element {
  const take = (list: FileList) => void session.take(chosenFiles(list));
  return (
    <div class="drop">
      <p class="call">Drop slides or images here</p>
      <p class="quiet">
        SVS, TIFF, OME-TIFF, NDPI, SCN, BIF, DICOM, PNG, JPEG, WebP; several at once, or folders
      </p>
      <p class="choose">
        <Chooser label="Choose files" folder={false} onPick={take} />
        <Chooser label="Choose a folder" folder={true} onPick={take} />
      </p>
      <p class="home">
        <strong>Your slides stay on this machine.</strong> They are read and classified in this page; nothing
        is sent anywhere.
      </p>
      <label class="pictures">
        Ordinary images are{" "}
        <select
          value={session.pictures}
          onChange={(event) => session.usePictures(event.currentTarget.value === "cut" ? "cut" : "whole")}
        >
          <option value="whole">one piece of tissue each</option>
          <option value="cut">searched for tissue, as slides are</option>
        </select>
      </label>
      {session.passedOver > 0 && <p role="status">{passedOverText(session.passedOver)}</p>}
    </div>
  );
}

function passedOverText(count: number): string {
  return `Passed over ${count === 1 ? "1 file that is" : `${count} files that are`} neither slide nor image.`;
}

function Chooser(props: { label: string; folder: boolean; onPick: (list: FileList) => void }): JSX.Element {
  return (
    <label class="button">
      {props.label}
      <input
        class="unseen"
        type="file"
        multiple
        {...(props.folder ? { webkitdirectory: true } : {})}
        onChange={(event) => {
          const { files } = event.currentTarget;
          if (files !== null && files.length > 0) props.onPick(files);
          event.currentTarget.value = "";
        }}
      />
    </label>
  );
}

function Tables({ session }: { session: Session }): JSX.Element | null {
  const predictions = session.jobs.flatMap(({ state }) => (state.kind === "done" ? [state.prediction] : []));
  if (predictions.length === 0) return null;
  const left = session.jobs.filter(isUnderWay).length;
  return (
    <p class="tables">
      <button
        type="button"
        class="button"
        onClick={() => saveText(slidesTable(predictions), "slides.csv", "text/csv")}
      >
        All slides (CSV)
      </button>
      <button
        type="button"
        class="button"
        onClick={() => saveText(piecesTable(predictions), "predictions.csv", "text/csv")}
      >
        All pieces (CSV)
      </button>
      {left > 0 && <span class="quiet">{`without the ${left} still under way`}</span>}
    </p>
  );
}
