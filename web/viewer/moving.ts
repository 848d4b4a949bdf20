// A value that changes many times a second and is watched by few: where a stage looks, what the pointer is over.
import { useEffect, useState } from "preact/hooks";

export class Moving<T> {
  #value: T;
  readonly #watchers = new Set<(value: T) => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    this.#value = value;
    for (const watcher of this.#watchers) watcher(value);
  }

  watch(watcher: (value: T) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }
}

/** The value now; the component is drawn anew when it changes. */
export function useMoving<T>(moving: Moving<T>): T {
  const [value, setValue] = useState(moving.value);
  useEffect(() => {
    setValue(moving.value);
    return moving.watch(setValue);
  }, [moving]);
  return value;
}
