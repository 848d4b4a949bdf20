// What the server room offers: slides and results over HTTP.
export { type ServerLimits, USUAL_LIMITS } from "./limits.ts";
export { keptKey, passingKey } from "./opaque-ids.ts";
export { isResultsFolder } from "./results-folder.ts";
export { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";
