import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Affine,
  betweenSizes,
  describeAffine,
  wholeOntoWhole,
} from "../../src/dataset/likeness/affine.ts";
import { compareAligned, countStructured } from "../../src/dataset/likeness/compare-aligned.ts";
import { fitAffine } from "../../src/dataset/likeness/fit-affine.ts";
import { type GreyPicture, greyPicture } from "../../src/dataset/likeness/grey-picture.ts";
import { hashDistance } from "../../src/dataset/likeness/hash-distance.ts";
import { hashAfter, pictureHash, SYMMETRIES } from "../../src/dataset/likeness/perceptual-hash.ts";
import { SpotIndex } from "../../src/dataset/likeness/spot-index.ts";
import { descriptorDistance, findSpots } from "../../src/dataset/likeness/spots.ts";
import { type SameTissue, verifyAsWhole, verifyBySpots } from "../../src/dataset/likeness/verify-pair.ts";
import { jitterColours, type RgbImage, rgbImage } from "../../src/pixels/index.ts";
import { type Copying, copyOf, spots } from "./make-copies.ts";

function factsOf(image: RgbImage) {
  const grey = greyPicture(image);
  return {
    grey,
    hash: pictureHash(grey),
    structured: countStructured(grey),
    spots: findSpots(grey),
  };
}

const original = spots(320, 320, 1);
const facts = factsOf(original);

function copied(copying: Copying): SameTissue | null {
  return verifyBySpots(facts, factsOf(copyOf(original, copying)));
}

/** A picture flipped and turned by exchanging pixels. */
function after({ width, height, data }: GreyPicture, symmetry: (typeof SYMMETRIES)[number]): GreyPicture {
  const { transposed, mirroredX, mirroredY } = symmetry;
  const [wide, high] = transposed ? [height, width] : [width, height];
  const result = new Uint8Array(data.length);
  for (let y = 0; y < high; y++)
    for (let x = 0; x < wide; x++) {
      const [u, v] = [mirroredX ? wide - 1 - x : x, mirroredY ? high - 1 - y : y];
      result[y * wide + x] = transposed ? data[u * width + v]! : data[v * width + u]!;
    }
  return { width: wide, height: high, data: result };
}

describe("the perceptual hash", () => {
  it("follows every flip and quarter turn exactly, of pictures of any shape", () => {
    for (const [width, height] of [
      [320, 320],
      [400, 250],
    ] as const) {
      const grey = greyPicture(spots(width, height, 3));
      for (const symmetry of SYMMETRIES) {
        const turned = after(grey, symmetry);
        expect(hashDistance(pictureHash(turned), hashAfter(pictureHash(grey), symmetry))).toBeLessThanOrEqual(
          1,
        );
        const map = wholeOntoWhole(grey, turned, symmetry);
        expect(compareAligned(grey, turned, map).score).toBeCloseTo(1, 6);
      }
    }
  });

  it("is far from that of another picture whatever way it is turned", () => {
    const other = pictureHash(greyPicture(spots(320, 320, 2)));
    const distances = SYMMETRIES.map((symmetry) => hashDistance(hashAfter(facts.hash, symmetry), other));
    expect(Math.min(...distances)).toBeGreaterThan(14);
  });

  it("finds smooth copies, in which there are no spots", () => {
    const ramp = rgbImage(
      200,
      200,
      Uint8Array.from({ length: 120_000 }, (_, i) => {
        const [x, y] = [Math.floor(i / 3) % 200, Math.floor(i / 600)];
        return 128 + 60 * Math.sin(x / 31 + 1) * Math.cos(y / 43) + 40 * Math.sin((x + 2 * y) / 70);
      }),
    );
    const [first, second] = [factsOf(ramp), factsOf(copyOf(ramp, { angle: 90, mirrored: true }))];
    expect(first.spots.count).toBeLessThan(10);
    expect(verifyAsWhole(first, second)?.score).toBeGreaterThan(0.95);
  });
});

describe("spots", () => {
  it("are described alike after any turn and flip about the middle", () => {
    const count = (copying: Copying) => {
      const copy = findSpots(greyPicture(copyOf(original, copying)));
      let found = 0;
      for (let i = 0; i < facts.spots.count; i++) {
        const near = Array.from({ length: copy.count }, (_, j) =>
          descriptorDistance(facts.spots.descriptors, i, copy.descriptors, j, 60 * 60),
        );
        if (near.some((distance) => distance < 60 * 60)) found += 1;
      }
      return found / facts.spots.count;
    };
    expect(count({ angle: 180, mirrored: true })).toBeGreaterThan(0.9);
    expect(count({ angle: 33, zoom: 1.1 })).toBeGreaterThan(0.3);
  });

  it("do not move when hue is shifted", () => {
    const pixels = 320 * 320;
    const planes = Float32Array.from(
      { length: 3 * pixels },
      (_, i) => original.data[3 * (i % pixels) + Math.floor(i / pixels)]! / 255,
    );
    jitterColours(planes, { order: ["hue"], brightness: 1, contrast: 1, saturation: 1, hue: 0.2 });
    const data = Uint8Array.from({ length: 3 * pixels }, (_, i) =>
      Math.round(255 * planes[(i % 3) * pixels + Math.floor(i / 3)]!),
    );
    const shifted = greyPicture(rgbImage(320, 320, data));
    const differences = shifted.data.map((value, i) => Math.abs(value - facts.grey.data[i]!));
    expect(Math.max(...differences)).toBeLessThanOrEqual(4);
  });

  it("tell which picture shares them, among others", () => {
    const all = [1, 2, 3, 4, 5, 6].map((seed) => findSpots(greyPicture(spots(320, 320, seed))));
    all.push(findSpots(greyPicture(copyOf(original, { angle: 200, mirrored: true, zoom: 1.2 }))));
    const firsts = new Uint32Array(all.length + 1);
    for (const [i, { count }] of all.entries()) firsts[i + 1] = firsts[i]! + count;
    const descriptors = new Int8Array(all.reduce((sum, one) => sum + one.descriptors.length, 0));
    let at = 0;
    for (const one of all) {
      descriptors.set(one.descriptors, at);
      at += one.descriptors.length;
    }
    const [best, next] = new SpotIndex(descriptors, firsts).votes(0);
    expect(best?.picture).toBe(6);
    expect(best!.votes).toBeGreaterThan(4 * (next?.votes ?? 0));
  });
});

describe("verifyBySpots", () => {
  it("finds copies turned by any angle, mirrored, enlarged and shifted, and how they lie", () => {
    fc.assert(
      fc.property(
        fc.record({
          angle: fc.double({ min: -180, max: 180, noNaN: true }),
          mirrored: fc.boolean(),
          zoom: fc.double({ min: 1, max: 1.5, noNaN: true }),
          shiftX: fc.double({ min: -0.15, max: 0.15, noNaN: true }),
          shiftY: fc.double({ min: -0.15, max: 0.15, noNaN: true }),
        }),
        (copying) => {
          const same = copied(copying);
          expect(same?.score ?? 0).toBeGreaterThan(0.9);
          const { xx, xy, yx, yy } = same!.map;
          expect(Math.sqrt(Math.abs(xx * yy - xy * yx))).toBeCloseTo(copying.zoom, 1);
          expect(xx * yy - xy * yx < 0).toBe(copying.mirrored);
        },
      ),
      { numRuns: 25, seed: 4 },
    );
  });

  it("finds copies whose brightness, contrast and colours were changed", () => {
    const same = copied({
      angle: 12,
      zoom: 1.3,
      colour: ([r, g, b]) => [0.7 * b + 20, 0.8 * r, 0.6 * g + 40],
    });
    expect(same?.score).toBeGreaterThan(0.9);
    expect(same?.how).toMatch(/^turned by -12°, enlarged 1\.30 times, (5[6-9]|6[0-3])% of the first$/);
  });

  it("finds fields that overlap by half", () => {
    const wide = spots(480, 320, 5);
    const part = (left: number) => {
      const data = new Uint8Array(3 * 320 * 320);
      for (let y = 0; y < 320; y++)
        data.set(wide.data.subarray(3 * (y * 480 + left), 3 * (y * 480 + left + 320)), 3 * y * 320);
      return factsOf(rgbImage(320, 320, data));
    };
    const same = verifyBySpots(part(0), part(160));
    expect(same?.score).toBeGreaterThan(0.95);
    expect(same?.shared).toBeGreaterThan(0.35);
    expect(same?.shared).toBeLessThan(0.65);
  });

  it("takes no two different pictures for copies, also where they have one outline", () => {
    const masked = (seed: number) => {
      const image = spots(320, 320, seed);
      const data = image.data.slice();
      for (let i = 0; i < 320 * 320; i++)
        if (Math.hypot((i % 320) - 160, Math.floor(i / 320) - 160) > 120) data.fill(255, 3 * i, 3 * i + 3);
      return factsOf(rgbImage(320, 320, data));
    };
    const pictures = [11, 12, 13, 14, 15, 16].map(masked);
    for (const [i, first] of pictures.entries())
      for (const second of pictures.slice(i + 1)) {
        expect(verifyBySpots(first, second)).toBeNull();
        expect(verifyAsWhole(first, second)).toBeNull();
      }
  });
});

describe("maps between pictures", () => {
  const coefficient = fc.double({ min: -2, max: 2, noNaN: true });

  it("are fitted exactly to points, some of which are wrong", () => {
    const map: Affine = { xx: 1.2, xy: -0.4, x0: 5, yx: 0.5, yy: 1.1, y0: -9 };
    const pairs = Array.from({ length: 30 }, (_, i) => {
      const [x, y] = [(i * 37) % 100, (i * 53) % 90];
      const off = i % 10 === 0 ? 25 : 0;
      return { x, y, u: map.xx * x + map.xy * y + map.x0 + off, v: map.yx * x + map.yy * y + map.y0 };
    });
    const fitted = fitAffine(pairs)!;
    for (const key of ["xx", "xy", "x0", "yx", "yy", "y0"] as const)
      expect(fitted[key]).toBeCloseTo(map[key], 6);
  });

  it("cannot be fitted to a few points, or to points in a line", () => {
    const line = Array.from({ length: 20 }, (_, i) => ({ x: i, y: 2 * i, u: i, v: i }));
    expect(fitAffine(line)).toBeNull();
    expect(fitAffine(line.slice(0, 5))).toBeNull();
  });

  it("take corners to the same corners at another size", () => {
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, coefficient, (xx, xy, yx, yy) => {
        const map = { xx, xy, x0: 3, yx, yy, y0: 4 };
        const large = betweenSizes(
          map,
          [
            { width: 10, height: 20 },
            { width: 30, height: 50 },
          ],
          [
            { width: 8, height: 8 },
            { width: 16, height: 24 },
          ],
        );
        // The point (4, 6) from the corner, in both frames.
        const [u, v] = [xx * 3.5 + xy * 5.5 + 3, yx * 3.5 + yy * 5.5 + 4];
        const [x, y] = [4 * 3 - 0.5, 6 * 2.5 - 0.5];
        expect(large.xx * x + large.xy * y + large.x0).toBeCloseTo(2 * (u + 0.5) - 0.5, 6);
        expect(large.yx * x + large.yy * y + large.y0).toBeCloseTo(3 * (v + 0.5) - 0.5, 6);
      }),
    );
  });

  it("are told in words", () => {
    const turn = (degrees: number, scale: number): Affine => {
      const [cos, sin] = [
        scale * Math.cos((degrees * Math.PI) / 180),
        scale * Math.sin((degrees * Math.PI) / 180),
      ];
      return { xx: cos, xy: -sin, x0: 0, yx: sin, yy: cos, y0: 0 };
    };
    expect(describeAffine(turn(0, 1))).toBe("as it is");
    expect(describeAffine(turn(30, 1.25))).toBe("turned by 30°, enlarged 1.25 times");
    expect(describeAffine({ ...turn(0, 0.5), xx: -0.5 })).toBe("mirrored, shrunk to 0.50");
  });
});

describe("pictures with little in them", () => {
  it("are told from tissue, whatever their size", () => {
    const blank = (width: number, height: number) =>
      greyPicture(rgbImage(width, height, new Uint8Array(3 * width * height).fill(240)));
    expect(countStructured(blank(300, 300))).toBe(0);
    expect(countStructured(facts.grey)).toBeGreaterThan(50);
    for (const [width, height] of [
      [1, 1],
      [1, 700],
      [900, 2],
      [16, 12],
    ] as const)
      expect(findSpots(blank(width, height)).count).toBe(0);
  });
});
