// How much memory there is: of the machine, or of the container that the process runs in.
import { totalmem } from "node:os";
import { availableMemory, constrainedMemory } from "node:process";

/** Bytes left to everything else: the system, its file cache, what starts meanwhile. */
const MARGIN_SHARE = 0.1;

/** Bytes of the machine, or of the container that it runs in. */
export function machineMemory(): number {
  const limit = constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}

/** Bytes that work may take now without pushing others out: what is available, less a tenth of the machine's. */
export function spareMemory(): number {
  const available = Math.min(availableMemory(), machineMemory());
  return Math.max(available / 2, available - MARGIN_SHARE * machineMemory());
}
