// The nouns of the stain room: what was estimated of a slide's stains, and changes of colour drawn for training.

/** Three numbers: channels of a colour space, or the parts of a vector in optical density. */
export type Triple = readonly [number, number, number];

/** How stains are normalised. */
export type StainMethod = "macenko" | "reinhard";

/** The stains of a slide after Macenko (2009). */
export interface MacenkoEstimate {
  readonly method: "macenko";
  /** Unit vectors in optical density (R, G, B): haematoxylin, eosin. */
  readonly stains: readonly [Triple, Triple];
  /** The 99th percentile of each stain's concentration. */
  readonly maximum: readonly [number, number];
}

/** The colours of a slide's tissue after Reinhard (2001), in CIE L*a*b* (D65). */
export interface ReinhardEstimate {
  readonly method: "reinhard";
  readonly mean: Triple;
  readonly std: Triple;
}

/** What {@link estimateStain} finds; plain data. */
export type StainEstimate = MacenkoEstimate | ReinhardEstimate;

/** The spaces in which colours are moved; see `colour-spaces.ts` for their units. */
export type ColourSpaceName = "lab" | "hsv" | "hed";

/** Mean and standard deviation of each channel of a colour space. */
export interface Moments {
  readonly mean: Triple;
  readonly std: Triple;
}
