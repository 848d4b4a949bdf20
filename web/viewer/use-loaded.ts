// Things that are on their way: loaded, kept while loaded again, failed with a way to try again.
import { useEffect, useRef, useState } from "preact/hooks";

/** Something on its way, there, or failed with a sentence and a way to try again. */
export type Loaded<T> =
  | { readonly state: "loading" }
  | {
      readonly state: "ready";
      readonly value: T;
      /** Why it could not be loaded once more; `null` where it could. */
      readonly trouble: string | null;
    }
  | { readonly state: "failed"; readonly message: string; retry(): void };

const LOADING = { state: "loading" } as const;

/**
 * Loads when first shown, whenever `keys` change, and again whenever `refresh` does; `load` itself may be a new function
 * each time. What was loaded for the same keys stays while it is loaded again, and if that fails.
 */
export function useLoaded<T>(load: () => Promise<T>, keys: readonly unknown[], refresh = 0): Loaded<T> {
  const [shown, setShown] = useState<{ key: string; loaded: Loaded<T> }>({ key: "", loaded: LOADING });
  const [attempt, setAttempt] = useState(0);
  const key = JSON.stringify(keys);
  const latest = useRef(load);
  latest.current = load;
  // The three say when to load; the function is held by the reference.
  useEffect(() => {
    let wanted = true;
    const retry = () => {
      setShown({ key, loaded: LOADING });
      setAttempt((count) => count + 1);
    };
    const fail = (message: string) => (last: { key: string; loaded: Loaded<T> }) =>
      last.key === key && last.loaded.state === "ready"
        ? { key, loaded: { ...last.loaded, trouble: message } }
        : { key, loaded: { state: "failed" as const, message, retry } };
    latest.current().then(
      (value) => wanted && setShown({ key, loaded: { state: "ready", value, trouble: null } }),
      (error: unknown) => wanted && setShown(fail(messageOf(error))),
    );
    return () => {
      wanted = false;
    };
  }, [key, refresh, attempt]);
  return shown.key === key ? shown.loaded : LOADING;
}

/** A sentence for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
