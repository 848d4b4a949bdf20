// What the search for candidates costs for very many pictures, without their files: pictures of 80 spots whose descriptors are
// drawn from those of real tissue and blurred, and among them 1,000 copies that keep 40% of their original's spots.
//
// Usage: npm run build && node results/near-duplicates-scale.mjs PICTURES CACHE MANIFEST_OR_FOLDER…

import { readImages } from "../dist/dataset/index.js";
import { CandidateFinder } from "../dist/dataset/likeness/candidates.js";
import { PictureFactsCache } from "../dist/dataset/likeness/picture-facts.js";
import { DESCRIPTOR_LENGTH } from "../dist/dataset/likeness/ring-descriptor.js";
import { Generator } from "../dist/random/index.js";

const SPOTS = 80;
const COPIES = 1000;
const [count, cacheFolder, ...sources] = process.argv.slice(2);
const pictures = Number(count);

const cache = new PictureFactsCache(cacheFolder);
const real = [];
for (const source of sources)
  for (const image of await readImages([source], { mpp: 1 }))
    real.push((await cache.of(image)).spots.descriptors);
const pool = Buffer.concat(real.map((descriptors) => new Uint8Array(descriptors.buffer)));
const poolSpots = pool.length / DESCRIPTOR_LENGTH;

const generator = Generator.derive(1, "scale");
const noise = Float32Array.from({ length: 2 ** 16 }, () => generator.normal());
let state = 12345;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const cpuSeconds = () => (process.cpuUsage().user + process.cpuUsage().system) / 1e6;

/** A spot of `source` with noise of a standard deviation. */
function blurInto(target, at, source, from, deviation) {
  for (let k = 0; k < DESCRIPTOR_LENGTH; k++) {
    const value = Math.round(source[from + k] + deviation * noise[Math.floor(random() * 65536)]);
    target[at + k] = Math.max(-127, Math.min(127, value));
  }
}

const signed = new Int8Array(pool.buffer, pool.byteOffset, pool.length);
const finder = new CandidateFinder(pictures);
const originals = [];
const places = new Float32Array(3 * SPOTS);
for (let i = 0; i < pictures; i++) {
  const descriptors = new Int8Array(DESCRIPTOR_LENGTH * SPOTS);
  const original = i >= pictures - COPIES ? originals[i - (pictures - COPIES)] : undefined;
  for (let s = 0; s < SPOTS; s++) {
    const at = s * DESCRIPTOR_LENGTH;
    if (original !== undefined && random() < 0.4) blurInto(descriptors, at, original, at, 3);
    else blurInto(descriptors, at, signed, Math.floor(random() * poolSpots) * DESCRIPTOR_LENGTH, 12);
  }
  if (i < COPIES) originals.push(descriptors);
  finder.set(i, { hash: [0, 0], spots: { count: SPOTS, places, descriptors } }, true);
}
const begun = cpuSeconds();
finder.close();
const indexed = cpuSeconds();
let [candidates, found] = [0, 0];
for (let i = 0; i < pictures; i++) {
  const list = finder.sharingSpots(i);
  candidates += list.length;
  if (i < COPIES && list.includes(pictures - COPIES + i)) found += 1;
}
console.log({
  pictures,
  poolSpots,
  indexCpuSeconds: indexed - begun,
  candidatesCpuSeconds: cpuSeconds() - indexed,
  candidates,
  copiesFound: `${found} of ${COPIES}`,
  residentMB: Math.round(process.memoryUsage().rss / 1e6),
});
