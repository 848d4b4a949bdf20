// The client of the bench of servers, in a process of its own: fetches tiles over kept connections, so many at a time, and
// prints one line of JSON.
//
// Usage: node build/bench/server/tile-client.js BASE CLIENTS < TILES      each line: LEVEL COLUMN ROW
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";

const [base = "", clients = "1"] = process.argv.slice(2);
const tiles = readFileSync(0, "utf8").trim().split("\n");
const agent = new Agent({ keepAlive: true, maxSockets: Number(clients) });

function fetchTile(line: string): Promise<number> {
  const [level, column, row] = line.split(" ");
  return new Promise((resolve, reject) => {
    get(`${base}/${level}/${column}_${row}.jpg`, { agent }, (response) => {
      let bytes = 0;
      response.on("data", (part: Uint8Array) => {
        bytes += part.length;
      });
      response.on("end", () =>
        response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${line}: ${response.statusCode}`)),
      );
    }).on("error", reject);
  });
}

const waiting = tiles.values();
let bytes = 0;
const milliseconds: number[] = [];
const lane = async (): Promise<void> => {
  for (const line of waiting) {
    const began = performance.now();
    const received = await fetchTile(line); // before the sum is read: others add to it meanwhile
    bytes += received;
    milliseconds.push(performance.now() - began);
  }
};
const began = performance.now();
await Promise.all(Array.from({ length: Number(clients) }, lane));
const seconds = (performance.now() - began) / 1000;
milliseconds.sort((a, b) => a - b);
agent.destroy();
const share = (part: number): number => milliseconds[Math.floor(part * (milliseconds.length - 1))]!;
process.stdout.write(
  `${JSON.stringify({ tiles: tiles.length, bytes, seconds, medianMs: share(0.5), p95Ms: share(0.95) })}\n`,
);
