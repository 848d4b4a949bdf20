// A thread that runs a pass whenever it is told to.
import { parentPort, workerData } from "node:worker_threads";
import { openPass, type Pass } from "./passes.ts";

const opened = openPass(workerData as Pass);
parentPort!.on("message", async (message: "run" | "close") => {
  const { run, close } = await opened;
  if (message === "run") {
    await run();
    parentPort!.postMessage("done");
    return;
  }
  await close();
  parentPort!.close();
});
