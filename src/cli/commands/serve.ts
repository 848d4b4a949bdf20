// `lowmag serve`: slides and results in a browser, until Ctrl-C.
import { serveOptions } from "../../options/index.ts";
import { defineCommand } from "../command.ts";

export const serveCommand = defineCommand({
  name: "serve",
  summary: "Show slides and results in a browser, on this machine.",
  description:
    "Serves slides as deep-zoom tiles, with what one or several models said of them, to a viewer in the browser, until Ctrl-C. Only this machine is answered unless `--host` says otherwise; slides have names without meaning unless `--show-names` is given; labels and macros are never served. For research use only.",
  examples: [
    { command: "lowmag serve results", says: "The results of `lowmag predict` over their slides." },
    {
      command: "lowmag serve results-student results-teacher --run runs/student-8",
      says: "Two models side by side, and a model for uploaded images.",
    },
    { command: "lowmag serve slides", says: "A folder of slides, without results." },
  ],
  positionals: [{ key: "results", variadic: true }],
  options: serveOptions,
  async run(options, context) {
    const { serve } = await import("../../api/serve.ts");
    const { close, ...result } = await serve(options, context);
    const shown = [
      `${result.slides} ${result.slides === 1 ? "slide" : "slides"}`,
      ...(result.models > 0 ? [`${result.models} ${result.models === 1 ? "model" : "models"}`] : []),
    ].join(", ");
    return {
      result,
      text: `${result.url}\n${shown}. Press Ctrl-C to stop.`,
      afterwards: async () => {
        await interrupted(context.signal);
        await close();
      },
    };
  },
});

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    // A timer keeps the process alive should every socket be gone.
    const alive = setInterval(() => undefined, 2 ** 30);
    signal.addEventListener("abort", () => {
      clearInterval(alive);
      resolve();
    });
  });
}
