// The process's side of a `ProcessPool`: answers one job after the other, stops when asked, and leaves with its parent.
import { type FromWorker, sendableError, type ToWorker } from "./job-messages.ts";

/** What a job may use besides its message. */
export interface JobContext<Report = unknown> {
  /** Fires when the pool asks the job to stop. */
  readonly signal: AbortSignal;
  /** Tells the pool something while the job runs (progress). */
  readonly report: (report: Report) => void;
}

/**
 * Makes this process a worker of a `ProcessPool`: called once, at the top of the script that the pool forks. Errors
 * that `answer` throws reach whoever gave the job with their code; the process goes on.
 */
export function serveJobs<Message, Reply, Report = unknown>(
  answer: (message: Message, context: JobContext<Report>) => Promise<Reply> | Reply,
): void {
  let current: AbortController | null = null;
  // Ctrl-C reaches every process of the terminal; what happens then is the parent's decision.
  process.on("SIGINT", () => undefined);
  // A parent that is gone has no use for answers; a job may be in the middle of a long loop of callbacks.
  process.on("disconnect", () => process.kill(process.pid));
  process.on("message", async (message: ToWorker) => {
    if (message.kind === "cancel") return current?.abort();
    const controller = new AbortController();
    current = controller;
    const report = (value: Report) => tell({ kind: "report", report: value });
    try {
      const reply = await answer(message.message as Message, { signal: controller.signal, report });
      tell({ kind: "reply", reply });
    } catch (error) {
      tell({ kind: "error", error: sendableError(error) });
    } finally {
      current = null;
    }
  });
}

function tell(message: FromWorker): void {
  process.send?.(message, undefined, undefined, () => undefined);
}
