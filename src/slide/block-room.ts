// Room for the source pixels of one block: kept for the next block or the next read, which small reads by the thousand would
// otherwise spend their time on. Whoever reads meanwhile gets room of his own.

/** Bytes of room that are kept between reads at most. */
const LARGEST_KEPT = 8 * 2 ** 20;

let spare: Uint8Array | undefined;

/** A buffer of exactly `bytes`; its content is any. */
export function takeRoom(bytes: number): Uint8Array {
  const whole = spare === undefined || spare.length < bytes ? new Uint8Array(bytes) : spare;
  spare = undefined;
  return whole.subarray(0, bytes);
}

/** Gives back what {@link takeRoom} gave, once nobody writes to it any more. */
export function giveRoom(room: Uint8Array): void {
  if (room.buffer.byteLength <= LARGEST_KEPT) spare = new Uint8Array(room.buffer);
}
