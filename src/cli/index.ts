// What the cli room offers: the entry of the command line, and the schemas that it publishes.
export { main } from "./main.ts";
export { publishedSchemas } from "./schemas.ts";
