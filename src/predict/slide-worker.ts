// The script of the processes that classify slides.
import { serveJobs } from "../machine/index.ts";
import { predictSlide } from "./slide-task.ts";

serveJobs(predictSlide);
