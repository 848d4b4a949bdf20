// `serve`: slides and results in a browser.
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { fail } from "../base/index.ts";
import { workerFile } from "../machine/index.ts";
import { resolveOptions, type ServeOptions, serveOptions } from "../options/index.ts";
import { keptKey, passingKey, startServer } from "../server/index.ts";
import type { OperationContext } from "./context.ts";
import { sortInputs } from "./serve-inputs.ts";
import { lowmagVersion } from "./versions.ts";

/** A server that answers until it is closed. */
export interface ServeResult {
  /** Address to open; holds the token where one is needed. */
  readonly url: string;
  readonly port: number;
  readonly slides: number;
  readonly models: number;
  /** Takes no more requests, gives those under way a moment, and ends. */
  close(): Promise<void>;
}

/** More processes than this wait for the disk more than they decode. */
const MOST_PROCESSES = 8;
const MIB = 2 ** 20;

/**
 * Starts a server for results and slides, and returns when it answers.
 *
 * Links to slides survive a restart where `defaultCache` names a folder in which the key of the ids can be kept.
 *
 * @throws LowmagError `not-found` for inputs that are not there; `invalid-argument` for an address that cannot be listened
 *   on or nothing to show.
 */
export async function serve(options: ServeOptions, context: OperationContext = {}): Promise<ServeResult> {
  const complete = resolveOptions("serve", serveOptions, options);
  const { results, slides } = await sortInputs(complete.results, complete.slides);
  if (results.length + slides.length + complete.run.length === 0) throw nothingToShow();
  const { host, port, token, showNames, quality, reencode, backend, decoder, run: runs } = complete;
  const server = await startServer({
    ...{ results, slides, runs, host, port, token, showNames, quality, reencode, backend, decoder },
    processes: complete.processes ?? Math.min(MOST_PROCESSES, availableParallelism()),
    limits: {
      uploadBytes: Math.round(complete.maxUpload * MIB),
      rate: complete.rate,
      pictureCacheBytes: complete.cacheMb * MIB,
    },
    key: await keyOf(context),
    version: lowmagVersion(),
    viewer: fileURLToPath(workerFile(import.meta.url, "../web/viewer/")),
    onFailure: (sentence) => context.onNote?.(sentence),
  });
  if (!server.viewer)
    context.onNote?.("The viewer has not been built: run `npm run build`. The API answers.");
  const { url, close } = server;
  return { url, port: server.port, slides: server.slides, models: server.models, close };
}

async function keyOf({ defaultCache, onNote }: OperationContext): Promise<Uint8Array> {
  if (defaultCache === undefined) return passingKey();
  const { key, kept } = await keptKey(defaultCache);
  if (!kept) onNote?.("The key of links could not be kept: links to slides end with this server.");
  return key;
}

function nothingToShow(): Error {
  return fail("invalid-argument", {
    where: "`serve`",
    expected: "results, slides or a run",
    got: "none",
    fix: "Give the folder that `lowmag predict` wrote, a folder of slides, or a model with `--run`.",
  });
}
