import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Generator } from "../../src/random/index.ts";
import { Contour } from "../../src/synthetic/contour.ts";
import { fillContour, nearestPoints } from "../../src/synthetic/distance.ts";
import { Frame, type Placement } from "../../src/synthetic/frame.ts";
import { CRYPT, LocalPath, VILLUS } from "../../src/synthetic/outline.ts";

const PLAIN: Placement = {
  centreX: 50,
  centreY: 50,
  middle: 0,
  angle: 0,
  mirrored: false,
  curvature: 0,
  ripple: 0,
};

/** A circle in local coordinates; tissue lies inside it when it runs clockwise (as seen with `t` upwards). */
function circle(radius: number, clockwise: boolean, kind: typeof VILLUS | typeof CRYPT): LocalPath {
  const path = new LocalPath();
  for (let i = 0; i < 90; i++) {
    const angle = ((clockwise ? -1 : 1) * 2 * Math.PI * i) / 90;
    path.add(radius * Math.cos(angle), radius * Math.sin(angle), kind);
  }
  return path;
}

describe("the frame of a piece", () => {
  it("finds the local coordinates of every pixel it maps to", () => {
    const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(
        real(-300, 300),
        real(-150, 200),
        real(0, 6.28),
        fc.boolean(),
        real(-0.0009, 0.0016),
        real(0, 6),
        real(0.25, 2),
        (s, t, angle, mirrored, curvature, ripple, mpp) => {
          const place = { ...PLAIN, angle, mirrored, curvature, ripple, middle: 20 };
          const frame = new Frame(place, mpp, Generator.derive(1, "frame"));
          const [x, y] = frame.toPixel(s, t);
          frame.locate(x, y);
          expect(frame.s).toBeCloseTo(s, 6);
          expect(frame.t).toBeCloseTo(t, 6);
        },
      ),
    );
  });
});

describe.each([false, true])("the filled outline (mirrored: %s)", (mirrored) => {
  const frame = () => new Frame({ ...PLAIN, mirrored, angle: 0.7 }, 1, Generator.derive(1, "frame"));

  it("holds a disc's area, less that of a lumen in it", () => {
    const contour = new Contour();
    contour.addPath(circle(40, true, VILLUS), frame(), 0);
    contour.addPath(circle(10, false, CRYPT), frame(), 0);
    const area = fillContour(contour, 100, 100).reduce((sum, value) => sum + value, 0);
    const expected = Math.PI * (40 ** 2 - 10 ** 2);
    expect(Math.abs(area - expected) / expected).toBeLessThan(0.01);
  });

  it("is right where the outline leaves the image", () => {
    const contour = new Contour();
    contour.addPath(circle(90, true, VILLUS), frame(), 0);
    expect(fillContour(contour, 100, 100).every((value) => value === 1)).toBe(true);
  });

  it("has normals that point into the tissue", () => {
    const contour = new Contour();
    contour.addPath(circle(40, true, VILLUS), frame(), 0);
    for (let i = 0; i < contour.count; i += 7) {
      const inwards = contour.nx[i]! * (50 - contour.x[i]!) + contour.ny[i]! * (50 - contour.y[i]!);
      expect(inwards).toBeGreaterThan(30);
    }
  });
});

describe("the nearest point of the outline", () => {
  it("is as near as a search over all points finds, to a third of a pixel", () => {
    const contour = new Contour();
    const frame = new Frame({ ...PLAIN, curvature: 0.001, ripple: 5 }, 1, Generator.derive(2, "frame"));
    contour.addPath(circle(37, true, VILLUS), frame, 0);
    contour.addPath(circle(9, false, CRYPT), frame, 0);
    const nearest = nearestPoints(contour, 100, 90);
    const distance = (x: number, y: number, i: number) =>
      Math.hypot(x + 0.5 - contour.x[i]!, y + 0.5 - contour.y[i]!);
    for (let y = 0; y < 90; y += 3)
      for (let x = 0; x < 100; x += 3) {
        let best = Number.POSITIVE_INFINITY;
        for (let i = 0; i < contour.count; i++) best = Math.min(best, distance(x, y, i));
        expect(distance(x, y, nearest[y * 100 + x]!) - best).toBeLessThan(0.33);
      }
  });
});
