// What the components share: things that are loaded, the address, the theme, the keys.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Address, formatAddress, parseAddress } from "./address.ts";

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

/** How a change of address enters the history: as a step back can undo, or in place of the last. */
export type Step = "push" | "replace";
export type UpdateAddress = (change: Partial<Address>, step?: Step) => void;

/** What the address says, and how to change it. */
export function useAddress(): readonly [Address, UpdateAddress] {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  const current = useRef(address);
  useEffect(() => {
    const read = () => {
      current.current = parseAddress(location.hash);
      setAddress(current.current);
    };
    window.addEventListener("popstate", read);
    window.addEventListener("hashchange", read);
    return () => {
      window.removeEventListener("popstate", read);
      window.removeEventListener("hashchange", read);
    };
  }, []);
  const update = useCallback<UpdateAddress>((change, step = "replace") => {
    const next = { ...current.current, ...change };
    current.current = next;
    setAddress(next);
    const url = `#${formatAddress(next)}`;
    if (step === "push") history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }, []);
  return [address, update];
}

export type Theme = "light" | "dark";
const THEME_KEY = "lowmag-theme";

/** The theme, as the system has it until a person chooses otherwise. Written to `data-theme` of `element`. */
export function useTheme(element: HTMLElement): readonly [Theme, () => void] {
  const [chosen, setChosen] = useState<Theme | null>(() => storedTheme());
  const [system, setSystem] = useState<Theme>(() => (darkSystem().matches ? "dark" : "light"));
  useEffect(() => {
    const query = darkSystem();
    const read = () => setSystem(query.matches ? "dark" : "light");
    query.addEventListener("change", read);
    return () => query.removeEventListener("change", read);
  }, []);
  const theme = chosen ?? system;
  useEffect(() => {
    element.dataset.theme = theme;
  }, [element, theme]);
  const toggle = () => {
    const next = theme === "dark" ? "light" : "dark";
    setChosen(next);
    try {
      localStorage.setItem(THEME_KEY, next);
    } catch {
      // Storage may be refused; the theme then lasts as long as the page.
    }
  };
  return [theme, toggle];
}

function darkSystem(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}

function storedTheme(): Theme | null {
  try {
    const text = localStorage.getItem(THEME_KEY);
    return text === "dark" || text === "light" ? text : null;
  } catch {
    return null;
  }
}

/** Calls what a key is bound to, unless one is typing or a dialog is open. */
export function useKeys(bindings: Readonly<Record<string, () => void>>): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (
        event.defaultPrevented ||
        event.ctrlKey ||
        event.metaKey ||
        event.altKey ||
        isTyping(event.target)
      ) {
        return;
      }
      const action = latest.current[event.key];
      if (action === undefined || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "range"].includes(target.type);
  return target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName);
}
