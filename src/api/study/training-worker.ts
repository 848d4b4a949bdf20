// The script of the processes that train the runs of a study.
import { serveJobs } from "../../machine/index.ts";
import type { StudyRunFile } from "./run-file.ts";
import { type TrainingJob, type TrainingReport, trainRun } from "./train-run.ts";

serveJobs<TrainingJob, StudyRunFile, TrainingReport>(trainRun);
