// A process that tries for a lock and keeps it: for the test in which several of them want the same one.
import { serveJobs, tryLock } from "../../dist/machine/index.js";

serveJobs(async (path) => ("release" in (await tryLock(path)) ? "mine" : "another's"));
