#!/usr/bin/env node
// The installed command. Everything it does is in src/cli.
import { main } from "../dist/cli/main.js";

// A reader that has seen enough (`lowmag … | head`) is no failure.
process.stdout.on("error", (error) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await main();
