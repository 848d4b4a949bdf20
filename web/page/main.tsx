// The page that keeps the slide at home: shelter first (files kept, threads), then the model's facts, then the viewer with a
// place to drop slides, and the engine behind it.
import { mountViewer } from "../viewer/index.ts";
import { findAbilities } from "./engine.ts";
import { takeShelter } from "./isolation.ts";
import { isUnderWay } from "./jobs.ts";
import { PageLibrary } from "./page-library.ts";
import { droppedFiles } from "./picked-files.ts";
import { Session } from "./session.ts";
import { fetchModelFile, fetchRuntimeFacts } from "./site.ts";
import { StartPanel } from "./start-panel.tsx";
import "./page.css";

const root = document.getElementById("page")!;

start().catch((error: unknown) => {
  const text = document.createElement("p");
  text.className = "failure";
  text.setAttribute("role", "alert");
  text.textContent = error instanceof Error ? error.message : String(error);
  root.replaceChildren(text);
});

async function start(): Promise<void> {
  const shelter = await takeShelter();
  const base = new URL(".", location.href).href;
  const [model, runtime, abilities] = await Promise.all([
    fetchModelFile(base),
    fetchRuntimeFacts(base),
    findAbilities(),
  ]);
  const session = new Session({ base, model, runtime, abilities });
  root.replaceChildren();
  mountViewer(root, new PageLibrary(session), {
    title: "lowmag",
    empty: "Drop one above, or choose it. Slides and answers are gone when the page is left.",
    start: () => <StartPanel session={session} shelter={shelter} />,
  });
  takeDrops(session);
  await session.start();
}

/** Wherever they fall: a file that misses the field must not replace the page. */
function takeDrops(session: Session): void {
  const { dataset } = document.documentElement;
  const listen = (type: "dragover" | "dragleave" | "drop", act: (event: DragEvent) => void) =>
    document.addEventListener(type, act);
  listen("dragover", (event) => {
    event.preventDefault();
    dataset.dropping = "";
  });
  listen("dragleave", (event) => {
    if (event.relatedTarget === null) delete dataset.dropping;
  });
  listen("drop", (event) => {
    event.preventDefault();
    delete dataset.dropping;
    if (event.dataTransfer !== null) void session.take(droppedFiles(event.dataTransfer));
  });
  addEventListener("beforeunload", (event) => {
    if (session.jobs.some(isUnderWay)) event.preventDefault();
  });
}
