// Small ICC profiles of version 2: three primaries and a gamma.

/** A matrix profile; primaries are X, Y, Z relative to D50. */
export function matrixProfile(profile: {
  readonly red: readonly number[];
  readonly green: readonly number[];
  readonly blue: readonly number[];
  readonly gamma: number;
}): Uint8Array {
  const curve = part("curv", 14);
  curve.setUint32(8, 1);
  curve.setUint16(12, Math.round(256 * profile.gamma));
  const description = part("desc", 90 + 5);
  description.setUint32(8, 5);
  for (const [i, character] of [..."test"].entries()) description.setUint8(12 + i, character.charCodeAt(0));
  const copyright = part("text", 12);
  const tags: [string, DataView][] = [
    ["desc", description],
    ["cprt", copyright],
    ["wtpt", xyz([0.9642, 1, 0.8249])],
    ["rXYZ", xyz(profile.red)],
    ["gXYZ", xyz(profile.green)],
    ["bXYZ", xyz(profile.blue)],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  const start = 132 + 12 * tags.length;
  const padded = (view: DataView) => 4 * Math.ceil(view.byteLength / 4);
  const size = start + tags.reduce((sum, [, view]) => sum + padded(view), 0);
  const bytes = new Uint8Array(size);
  const out = new DataView(bytes.buffer);
  out.setUint32(0, size);
  out.setUint32(8, 0x02400000);
  for (const [at, text] of [
    [12, "mntr"],
    [16, "RGB "],
    [20, "XYZ "],
    [36, "acsp"],
  ] as const)
    write(out, at, text);
  [0.9642, 1, 0.8249].forEach((value, i) => {
    out.setInt32(68 + 4 * i, Math.round(value * 65_536));
  });
  out.setUint32(128, tags.length);
  let at = start;
  for (const [i, [name, view]] of tags.entries()) {
    write(out, 132 + 12 * i, name);
    out.setUint32(136 + 12 * i, at);
    out.setUint32(140 + 12 * i, view.byteLength);
    bytes.set(new Uint8Array(view.buffer), at);
    at += padded(view);
  }
  return bytes;
}

function part(type: string, length: number): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(length));
  write(view, 0, type);
  return view;
}

function xyz(values: readonly number[]): DataView {
  const view = part("XYZ ", 20);
  values.forEach((value, i) => {
    view.setInt32(8 + 4 * i, Math.round(value * 65_536));
  });
  return view;
}

function write(view: DataView, at: number, text: string): void {
  for (const [i, character] of [...text].entries()) view.setUint8(at + i, character.charCodeAt(0));
}
