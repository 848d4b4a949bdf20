// Looking up by a name that came from outside: a class may be called "constructor".

/** The entry's own value, never one inherited from Object. */
export function own<T>(entries: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(entries, key) ? entries[key] : undefined;
}
