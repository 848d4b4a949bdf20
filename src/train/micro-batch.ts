// How many images go through the network together. Large micro-batches waste less on handing work around; small ones leave
// work for every worker and memory for the rest. The choice depends on images and settings alone, never on the machine,
// because the order in which gradients are added must not.

/** Pixels (of the largest view) in a micro-batch: enough for the kernels to work at their rate. */
const PIXELS = 2 ** 18;
/** The same where batch normalisation wants as many images as fit. */
const COUPLED_PIXELS = 2 ** 21;
/** Images up to this size cost less to compute than to hand around: fewer, larger micro-batches. */
const SMALL_IMAGE_PIXELS = 2 ** 14;

/** What the choice depends on. */
export interface MicroBatchChoice {
  /** Pixels of one image in the largest view. */
  readonly pixels: number;
  /** Images per optimiser step. */
  readonly batch: number;
  /** True if results depend on which images share a micro-batch (batch normalisation). */
  readonly couplesImages: boolean;
  /** Said by the user: taken as it is, up to the batch. */
  readonly wanted: number | undefined;
  /** Most pixels that memory allows where nothing else is said; an image alone may have more. */
  readonly mostPixels?: number | undefined;
}

/** The most images of one size in a micro-batch, at least 1. */
export function microBatchSize(choice: MicroBatchChoice): number {
  const { pixels, batch, couplesImages, wanted, mostPixels = PIXELS } = choice;
  if (wanted !== undefined) return Math.min(wanted, batch);
  if (couplesImages) return Math.min(batch, Math.max(1, Math.floor(COUPLED_PIXELS / pixels)));
  const most = Math.max(1, Math.floor(Math.min(PIXELS, mostPixels) / pixels));
  const shares = Math.max(pixels <= SMALL_IMAGE_PIXELS ? 2 : 4, Math.ceil(batch / most));
  // Equal shares, and an even number of them: a small last one would leave workers idle, and want a graph of its own.
  return Math.ceil(batch / (2 * Math.ceil(shares / 2)));
}
