// What the viewer offers to the programs that show slides.
export { type AnswerToKeep, answerDownloads } from "./answer-downloads.ts";
export { type MountedViewer, mountViewer, type ViewerOptions } from "./mount.tsx";
