// Brings the page under its service worker before anything large is fetched: then the files are kept for work without a
// network, and the page is isolated, which gives threads. Where that cannot be, the page goes on without.

/** How far it came. */
export interface Shelter {
  /** Works without a network from now on. */
  readonly offline: boolean;
  /** Why it does not; "" where it does. */
  readonly note: string;
}

/** Set while the page loads itself anew to become isolated, so that it does so once. */
const MARK = "lowmag-isolating";

/** Patience with a service worker that keeps files over a slow line, in milliseconds. */
const PATIENCE = 60_000;

/** Returns when the page may go on; a page that is about to load itself anew never gets there. */
export async function takeShelter(): Promise<Shelter> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined)
    return {
      offline: false,
      note: "this browser keeps no files for this address (it needs https or localhost)",
    };
  try {
    const registered: unknown = await serviceWorker.register("./sw.js", { scope: "./" });
    if (registered === undefined) throw new Error("they are not allowed here");
    await within(PATIENCE, serviceWorker.ready);
    if (serviceWorker.controller === null) await within(2000, controlled(serviceWorker));
  } catch (error) {
    return {
      offline: false,
      note: `its files could not be kept (${error instanceof Error ? error.message : String(error)})`,
    };
  }
  if (!globalThis.crossOriginIsolated && serviceWorker.controller !== null && !tried()) {
    globalThis.location.reload();
    await new Promise(() => undefined);
  }
  sessionStorage.removeItem(MARK);
  return { offline: serviceWorker.controller !== null, note: "" };
}

function controlled(container: ServiceWorkerContainer): Promise<unknown> {
  return new Promise((resolve) => {
    container.addEventListener("controllerchange", resolve, { once: true });
    if (container.controller !== null) resolve(null);
  });
}

function tried(): boolean {
  const before = sessionStorage.getItem(MARK) !== null;
  sessionStorage.setItem(MARK, "1");
  return before;
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer = 0;
  const late = new Promise<never>((_, reject) => {
    timer = self.setTimeout(() => reject(new Error("it took too long")), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
