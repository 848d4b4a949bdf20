// Keys that do something wherever the focus is.
import { useEffect, useRef } from "preact/hooks";

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

let lastInput: "keys" | "pointer" | null = null;
document.addEventListener("keydown", () => (lastInput = "keys"), { capture: true });
document.addEventListener("pointerdown", () => (lastInput = "pointer"), { capture: true });

/** Whether the person's last doing was a key. */
export function cameByKeys(): boolean {
  return lastInput === "keys";
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "range"].includes(target.type);
  return target.isContentEditable || ["TEXTAREA", "SELECT"].includes(target.tagName);
}
