// What the viewer offers to the programs that show slides.
export { type MountedViewer, mountViewer, type ViewerOptions } from "./mount.tsx";
export { piecesCsv } from "./pieces-csv.ts";
