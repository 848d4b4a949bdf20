// The spots of a picture with their descriptors, as flat arrays that many pictures can lie in one after the other.
import type { GreyPicture } from "./grey-picture.ts";
import { findKeypoints } from "./keypoints.ts";
import { DESCRIPTOR_LENGTH, describeKeypoint } from "./ring-descriptor.ts";

/** Spots, the strongest first. */
export interface Spots {
  readonly count: number;
  /** [count, 3]: x, y and size of each, in pixels of the grey copy. */
  readonly places: Float32Array;
  /** [count, DESCRIPTOR_LENGTH] */
  readonly descriptors: Int8Array;
}

/** Finds and describes the spots of a picture. */
export function findSpots(picture: GreyPicture): Spots {
  const { keypoints, levels } = findKeypoints(picture);
  const places = new Float32Array(3 * keypoints.length);
  const descriptors = new Int8Array(DESCRIPTOR_LENGTH * keypoints.length);
  for (const [i, keypoint] of keypoints.entries()) {
    places.set([keypoint.x, keypoint.y, keypoint.sigma], 3 * i);
    const target = descriptors.subarray(DESCRIPTOR_LENGTH * i, DESCRIPTOR_LENGTH * (i + 1));
    describeKeypoint(levels[keypoint.level]!, picture, keypoint, target);
  }
  return { count: keypoints.length, places, descriptors };
}

/** Squared distance of two descriptors, or something above `limit` as soon as it is known to be above. */
export function descriptorDistance(a: Int8Array, i: number, b: Int8Array, j: number, limit: number): number {
  const [fromA, fromB] = [i * DESCRIPTOR_LENGTH, j * DESCRIPTOR_LENGTH];
  let sum = 0;
  for (let k = 0; k < DESCRIPTOR_LENGTH; k++) {
    const difference = a[fromA + k]! - b[fromB + k]!;
    sum += difference * difference;
    if (sum > limit) return sum;
  }
  return sum;
}
