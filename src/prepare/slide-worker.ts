// The script of the processes that prepare slides.
import { serveJobs } from "../machine/index.ts";
import { prepareSlide } from "./slide-task.ts";

serveJobs(prepareSlide);
