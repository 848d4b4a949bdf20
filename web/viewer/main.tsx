// The viewer of `lowmag serve`.
import { HttpLibrary } from "./http-library.ts";
import { mountViewer } from "./mount.tsx";

mountViewer(document.getElementById("viewer")!, new HttpLibrary(), {
  title: "lowmag",
  empty:
    "Classify some with `lowmag predict` into the folder that is served. They appear here by themselves.",
});
