// Worker threads run compiled JavaScript. When the TypeScript sources themselves are running (the tests), the worker
// is the compiled twin in `dist/`, which the test set-up builds first.

/** URL of a worker script beside the calling module: `workerFile(import.meta.url, "./loader-worker.ts")`. */
export function workerFile(callerUrl: string, relativePath: string): URL {
  const url = new URL(relativePath, callerUrl);
  url.pathname = url.pathname.replace(/\.ts$/, ".js");
  if (callerUrl.endsWith(".ts")) url.pathname = url.pathname.replace(/\/src\/(?!.*\/src\/)/, "/dist/");
  return url;
}
