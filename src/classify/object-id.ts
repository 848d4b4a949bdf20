// Identifiers of objects that come out the same whenever the same thing is written: a UUID of version 8 (RFC 9562, whose
// digits are the writer's own) from a hash of the content. Not a secret and no signature.

/** A UUID from a text. */
export function objectId(content: string): string {
  const words = [0, 1, 2, 3].map((seed) => murmur3(content, 0x9e3779b9 * (seed + 1)));
  const hex = words.map((word) => word.toString(16).padStart(8, "0")).join("");
  const variant = "89ab"[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
}

/** MurmurHash3 (Appleby 2011) over the text's 16-bit units, one per block. */
function murmur3(text: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < text.length; i++) {
    const block = Math.imul(text.charCodeAt(i), 0xcc9e2d51);
    hash ^= Math.imul((block << 15) | (block >>> 17), 0x1b873593);
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
