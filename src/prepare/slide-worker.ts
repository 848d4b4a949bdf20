// The script of the processes that prepare slides.
import { serveJobs } from "../machine/index.ts";
import { prepareSlide, type SlideOutcome, type SlideTask } from "./slide-task.ts";
import type { SlideProgress } from "./write-images.ts";

serveJobs<SlideTask, SlideOutcome, SlideProgress>(prepareSlide);
