// lowmag as a library: one function per command, and the types they take and return.
export * from "./api/index.ts";
