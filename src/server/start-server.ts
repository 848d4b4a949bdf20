// Everything put together: what is shown, who may ask, the processes that work, the socket.
import { hostname } from "node:os";
import { isLoopback, newToken } from "./access.ts";
import { createApp } from "./app.ts";
import { Collection } from "./collection.ts";
import { type ServerLimits, USUAL_LIMITS } from "./limits.ts";
import { listen } from "./listen.ts";
import { OpaqueIds } from "./opaque-ids.ts";
import type { PictureOptions } from "./picture-protocol.ts";
import { PictureService } from "./picture-service.ts";
import { RequestRate } from "./request-rate.ts";
import { ResultsFolder } from "./results-folder.ts";
import { Services } from "./services.ts";
import { UploadService, uploadModels } from "./upload-service.ts";
import { readViewerFiles } from "./viewer-files.ts";

/** How a server is started. */
export interface ServerOptions extends PictureOptions {
  /** Results folders of `lowmag predict`. */
  readonly results: readonly string[];
  /** Slides, absolute. */
  readonly slides: readonly string[];
  /** Run folders of models that classify uploads. */
  readonly runs: readonly string[];
  readonly host: string;
  readonly port: number;
  /** Asks for a token on loopback too. */
  readonly token: boolean;
  readonly showNames: boolean;
  /** Processes that read slides. */
  readonly processes: number;
  readonly limits?: Partial<ServerLimits>;
  /** Key of the ids. */
  readonly key: Uint8Array;
  readonly version: string;
  /** Folder of the viewer's files. */
  readonly viewer: string;
  readonly onFailure: (sentence: string) => void;
}

/** A server that answers. */
export interface RunningServer {
  /** To open; holds the token where one is needed. */
  readonly url: string;
  readonly port: number;
  readonly token: string | null;
  readonly slides: number;
  readonly models: number;
  readonly viewer: boolean;
  close(): Promise<void>;
}

/** @throws LowmagError for folders that are none, runs that are unfinished, an address that cannot be listened on. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits: ServerLimits = { ...USUAL_LIMITS, ...options.limits };
  const ids = new OpaqueIds(options.key);
  const results = await Promise.all(options.results.map((path) => ResultsFolder.open(path)));
  const { slides, showNames } = options;
  const collection = await Collection.open({ ids, results, slides, showNames, freshMs: limits.freshMs });
  const predictor = new UploadService(await uploadModels(options.runs, ids), limits);
  const { backend, decoder, quality, reencode, processes } = options;
  const pictures = new PictureService({
    ...{ backend, decoder, quality, reencode, processes },
    ...{ pictures: limits.pictures, pictureMs: limits.pictureMs, cacheBytes: limits.pictureCacheBytes },
  });
  const closeAll = async () => {
    await Promise.all([pictures.close(), predictor.close()]);
  };
  try {
    const services = new Services(
      collection,
      pictures,
      predictor,
      ids,
      `${quality}${reencode ? "-anew" : ""}`,
      limits.uploadBytes,
    );
    const viewer = await readViewerFiles(options.viewer);
    const app = createApp({ services, viewer, version: options.version, onFailure: options.onFailure });
    const token = options.token || !isLoopback(options.host) ? newToken() : null;
    const gate = {
      urlLength: limits.urlLength,
      rate: new RequestRate(limits.rate, () => performance.now()),
      hosts: isLoopback(options.host) ? [] : null,
      token,
    };
    const server = await listen({
      host: options.host,
      port: options.port,
      limits,
      gate,
      fetch: app.fetch as never,
    });
    return {
      url: addressOf(options.host, server.port, token),
      port: server.port,
      token,
      slides: collection.slides.length,
      models: collection.models.length,
      viewer: viewer.size > 0,
      close: async () => {
        await server.close();
        await closeAll();
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

/** An address that means all of this machine's is no address to go to: its name is. */
function addressOf(host: string, port: number, token: string | null): string {
  const all = host === "0.0.0.0" || host === "::";
  const name = all ? hostname() : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}/${token === null ? "" : `?token=${token}`}`;
}
