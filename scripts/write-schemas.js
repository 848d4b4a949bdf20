// Writes schema/<command>.schema.json from the compiled option schemas: `npm run schemas`.
import { mkdirSync, writeFileSync } from "node:fs";
import { publishedSchemas } from "../dist/cli/schemas.js";

const folder = new URL("../schema/", import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, content] of publishedSchemas()) writeFileSync(new URL(name, folder), content);
