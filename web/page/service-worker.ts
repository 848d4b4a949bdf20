// Runs between the page and its host. It keeps the site's files, so that the page works without a network, and adds the two
// headers that isolate the page from other origins, without which browsers give it no threads. It answers from the files
// of one export together, never from a mixture, and asks the host for nothing that is not one of them.

/** The page states the same in a meta element; workers obey only what comes with their own files. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' blob: data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** Written in front of this file by the export: the files of the site, and a name for this very set of them. */
declare const LOWMAG_SITE: {
  readonly version: string;
  /** Fetched at once; relative to the site. */
  readonly files: readonly string[];
  /** Fetched when the browser's engine wants them. */
  readonly later: readonly string[];
};

interface WaitingEvent extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface RequestEvent extends Event {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", listener: (event: WaitingEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: RequestEvent) => void): void;
}

const worker = self as unknown as WorkerScope;
const PREFIX = "lowmag-page ";
/** Two sites of one host do not share files, though they share an origin. */
const NAME = `${PREFIX}${worker.registration.scope} ${LOWMAG_SITE.version}`;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepFiles());
});
worker.addEventListener("activate", (event) => {
  event.waitUntil(removeOld().then(() => worker.clients.claim()));
});
worker.addEventListener("fetch", (event) => {
  event.respondWith(answer(event.request));
});

async function keepFiles(): Promise<void> {
  const cache = await caches.open(NAME);
  await cache.addAll(LOWMAG_SITE.files.map((file) => new Request(urlOf(file), { cache: "reload" })));
}

async function removeOld(): Promise<void> {
  const own = `${PREFIX}${worker.registration.scope} `;
  for (const name of await caches.keys())
    if (name.startsWith(own) && name !== NAME) await caches.delete(name);
}

const urlOf = (file: string) => new URL(file, worker.registration.scope).href;

/** The kept file, or the host's, which is then kept; nothing but the site's own files. */
async function answer(request: Request): Promise<Response> {
  const { href, pathname } = new URL(request.url);
  const bare = href.split(/[?#]/)[0]!;
  const url = bare === worker.registration.scope ? urlOf("index.html") : bare;
  const known = [...LOWMAG_SITE.files, ...LOWMAG_SITE.later].some((file) => urlOf(file) === url);
  if (!known || request.method !== "GET")
    return new Response(`This page has no file ${pathname}.`, { status: 404 });
  const cache = await caches.open(NAME);
  const kept = await cache.match(url);
  if (kept !== undefined) return isolated(kept);
  const fresh = await fetch(url, { cache: "reload" });
  if (fresh.ok) await cache.put(url, fresh.clone());
  return isolated(fresh);
}

function isolated(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  headers.set("Content-Security-Policy", POLICY);
  headers.set("X-Content-Type-Options", "nosniff");
  // Kept bodies are already unpacked where the host packed them for the way.
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
