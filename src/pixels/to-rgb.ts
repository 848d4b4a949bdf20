// The last step of decoding: 8-bit or 16-bit samples, with or without alpha, to 8-bit RGB, each value rounded once.

/** 3 (RGB) or 4 (RGB + alpha) channels of 8 or 16 bits to 8-bit RGB. */
export function toRgb(samples: Uint8Array | Uint16Array, channels: number): Uint8Array {
  if (channels === 3 && samples instanceof Uint8Array) return samples;
  const white = samples instanceof Uint16Array ? 65_535 : 255;
  const pixels = samples.length / channels;
  const rgb = new Uint8Array(3 * pixels);
  for (let i = 0, from = 0, to = 0; i < pixels; i++, from += channels, to += 3) {
    const alpha = channels === 4 ? samples[from + 3]! : white;
    rgb[to] = overWhite(samples[from]!, alpha, white);
    rgb[to + 1] = overWhite(samples[from + 1]!, alpha, white);
    rgb[to + 2] = overWhite(samples[from + 2]!, alpha, white);
  }
  return rgb;
}

/** A sample over white, as 8 bits: round(255 * (value * alpha + white * (white - alpha)) / white^2), rounded once. */
function overWhite(value: number, alpha: number, white: number): number {
  const composited = value * alpha + white * (white - alpha);
  return Math.floor((255 * composited) / (white * white) + 0.5);
}
