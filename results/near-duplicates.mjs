// How many altered copies of real images `lowmag leaks` finds, and what else it takes for copies. Each image is altered
// once per row of the table; originals stand in train, copies in test, and the pairs that the command calls leaks are counted.
//
// Usage: npm run build && node results/near-duplicates.mjs FOLDER_OF_TILES OUT   (FOLDER_OF_TILES holds oral-scc, osteosarcoma, …)
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { leaks } from "../dist/index.js";

const [tiles, out] = process.argv.slice(2);

/** Every few images of each set; `_100x_` and `_400x_` are two sets. */
const SETS = [
  ["lc25000-100-leaky", /./, 3],
  ["osteosarcoma", /./, 2],
  ["crc-val-he-7k-sample", /./, 2],
  ["oral-scc", /_400x_/, 17],
  ["oral-scc", /_100x_/, 25],
];

function imagesOf([folder, pattern, step]) {
  return readdirSync(join(tiles, folder), { recursive: true })
    .filter((name) => /\.(jpe?g|png)$/i.test(name) && pattern.test(name))
    .sort()
    .filter((_, i) => i % step === 0)
    .map((name) => join(tiles, folder, name));
}

// Numbers of chance that are the same in every run.
let state = 20240607;
const random = (low, high) => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return low + ((high - low) * state) / 2 ** 32;
};

async function pixelsOf(image) {
  const { data, info } = await image
    .removeAlpha()
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [data, info.width, info.height];
}

async function raw(image) {
  const [data, width, height] = await pixelsOf(image);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Turned about the middle, cut to the largest box of the same shape that holds no corner, enlarged to the old size. */
async function turned(image, degrees) {
  const [data, width, height] = await pixelsOf(image);
  const source = () => sharp(data, { raw: { width, height, channels: 3 } });
  const angle = (Math.abs(degrees) * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const factor = 1 / (cos + sin * Math.max(width / height, height / width));
  const large = await raw(source().rotate(degrees, { background: "#fff" }));
  const size = await large.metadata();
  const [w, h] = [Math.floor(width * factor) - 2, Math.floor(height * factor) - 2];
  const box = { left: (size.width - w) >> 1, top: (size.height - h) >> 1, width: w, height: h };
  return await raw((await raw(large.extract(box))).resize(width, height, { fit: "fill" }));
}

async function flipped(image) {
  let result = image;
  if (random(0, 1) < 0.5) result = await raw(result.flip());
  if (random(0, 1) < 0.5) result = await raw(result.flop());
  return result;
}

async function part(image, left, top, share) {
  const [data, width, height] = await pixelsOf(image);
  const box = {
    left: Math.floor(left * width),
    top: Math.floor(top * height),
    width: Math.floor(share * width),
    height: Math.floor(share * height),
  };
  return sharp(data, { raw: { width, height, channels: 3 } }).extract(box);
}

/** Brightness, contrast and saturation times 1 ± strength, hue ± the same share of 144 degrees. */
async function coloured(image, strength) {
  const factor = () => 1 + random(-strength, strength);
  const contrast = factor();
  const changed = await raw(
    image.modulate({
      brightness: factor(),
      saturation: factor(),
      hue: Math.round(random(-144, 144) * strength),
    }),
  );
  return await raw(changed.linear(contrast, 128 * (1 - contrast)));
}

const lc25000 = async (image) => flipped(await turned(image, random(-25, 25)));

const ALTERATIONS = {
  "JPEG, quality 30": [async (image) => image, 30],
  "flip or quarter turn": [async (image) => flipped(await raw(image.rotate(90))), 60],
  "half the size": [
    async (image) => image.resize({ width: Math.floor((await image.metadata()).width / 2) }),
    85,
  ],
  "Gaussian blur, 0.5% of the width": [async (image) => image.blur((await image.metadata()).width / 200), 85],
  "colours ± 30%, hue ± 43°": [async (image) => coloured(image, 0.3), 85],
  "colours ± 50%, hue ± 72°": [async (image) => coloured(image, 0.5), 85],
  "as LC25000: ± 25°, flips": [lc25000, 90],
  "as LC25000, colours ± 30%, JPEG 70": [async (image) => coloured(await lc25000(image), 0.3), 70],
  "any angle, flips (cut to 71% at 45°)": [async (image) => flipped(await turned(image, random(0, 360))), 85],
  "middle 75% enlarged": [async (image) => part(image, 0.125, 0.125, 0.75), 85],
  "corner of 60% by 60%": [async (image) => part(image, 0.4, 0.4, 0.6), 85],
  "corner of 50% by 50%": [async (image) => part(image, 0.5, 0.5, 0.5), 85],
};

mkdirSync(join(out, "images"), { recursive: true });
const originals = SETS.flatMap(imagesOf);
const nameOf = (path, i) => `${String(i).padStart(3, "0")}-${basename(path).replace(/\.\w+$/, "")}`;
console.log(
  `${originals.length} images\n\n| copy | found | likeness: lowest, median | other pairs across |\n|---|---|---|---|`,
);
for (const [n, [words, [alter, quality]]] of Object.entries(ALTERATIONS).entries()) {
  const rows = ["image,label,split,mpp"];
  for (const [i, path] of originals.entries()) {
    const copy = `images/${n}-${nameOf(path, i)}.jpg`;
    const image = await raw(sharp(path));
    await (await alter(image)).jpeg({ quality }).toFile(join(out, copy));
    rows.push(`${path},${i % 2 ? "A" : "B"},train,1`, `${copy},${i % 2 ? "A" : "B"},test,1`);
  }
  const manifest = join(out, `manifest-${n}.csv`);
  writeFileSync(manifest, `${rows.join("\n")}\n`);
  const { pairs } = await leaks({ data: manifest, cache: join(out, "cache") });
  const across = pairs.filter(({ state: kind }) => kind === "leak");
  const numberOf = ({ id }) => (id.startsWith("images/") ? Number(id.split("-")[1]) : originals.indexOf(id));
  const own = across.filter(({ first, second }) => numberOf(first) === numberOf(second));
  const others = across.filter((pair) => !own.includes(pair));
  const scores = own.map(({ score }) => score).sort((a, b) => a - b);
  const likeness = `${(scores[0] ?? 0).toFixed(2)}, ${(scores[scores.length >> 1] ?? 0).toFixed(2)}`;
  console.log(`| ${words} | ${own.length} of ${originals.length} | ${likeness} | ${others.length} |`);
  for (const { first, second, score } of others)
    console.error(`${words}: ${score.toFixed(2)} ${basename(first.id)} ${basename(second.id)}`);
}
