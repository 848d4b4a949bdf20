// The page's sentences: what was found, by which rule a slide got its label, by which rules tissue was cut, and what the
// heat map is.
import { CELL_PIXELS, type SlideRule } from "../../classify/index.ts";
import type { RememberedRules } from "../../cutting/index.ts";
import { formatCount, formatMpp, joinWords } from "../format.ts";
import type { PredictionPageInput } from "./input.ts";

/** "12 slides: 7 called Abnormal, 3 Normal and 2 Sprue." */
export function describeCounts({ slides, model }: PredictionPageInput): string {
  if (slides.length === 0) return "No slide was classified.";
  const counts = model.classes
    .map((name) => ({ name, count: slides.filter(({ answer }) => answer.label === name).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
  if (counts.length === 1 && slides.length > 1)
    return `${slidesCounted(slides.length)}, all called ${counts[0]!.name}.`;
  const words = counts.slice(0, 5).map(({ name, count }) => `${formatCount(count)} ${name}`);
  const rest = counts.slice(5);
  const others = rest.reduce((sum, { count }) => sum + count, 0);
  const all = others === 0 ? words : [...words, `${formatCount(others)} of ${rest.length} other classes`];
  return `${slidesCounted(slides.length)}: ${joinWords(all)}.`;
}

/** What a slide was cut into. */
export type Unit = "piece" | "tile";

/** Whole pieces of tissue, or tiles of a grid. */
export function unitOf({ grid }: RememberedRules): Unit {
  return grid === null ? "piece" : "tile";
}

/** "1 piece", "2 tiles". */
export function unitsCounted(count: number, unit: Unit): string {
  return `${formatCount(count)} ${unit}${count === 1 ? "" : "s"}`;
}

/** "1 slide", "2 slides". */
export function slidesCounted(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "slide" : "slides"}`;
}

/** Remarks that stand on every one of several slides: said once, above them. */
export function sharedNotes({ slides }: PredictionPageInput): readonly string[] {
  if (slides.length < 2) return [];
  const [first, ...others] = slides;
  return first!.notes.filter((note) => others.every(({ notes }) => notes.includes(note)));
}

/** How the answers for pieces became the answer for the slide. */
export function describeSlideRule(rule: SlideRule, unit: Unit): string {
  if (rule.kind === "mean")
    return `A slide’s probabilities are the means of its ${unit}s’ probabilities, weighted by their areas of tissue; its label is the class with the highest.`;
  const highest = `The ${unit} with the highest probability of ${rule.positive} speaks for that class; the other classes share the rest by their means.`;
  return rule.kind === "max"
    ? `${highest} The label is the class with the highest.`
    : `A slide is called ${rule.positive} where any of its ${unit}s has a probability of it of at least ${rule.threshold}. ${highest}`;
}

/** How tissue was found and cut, as name and value. */
export function describeRules(rules: RememberedRules): (readonly [name: string, value: string])[] {
  const { tissueMethod, tissueThreshold, tissueMpp, minArea, joinGap, margin, background, fringe } = rules;
  const threshold = tissueThreshold === null ? "Otsu’s threshold" : `threshold ${tissueThreshold}`;
  const outside = background === "white" ? `white beyond ${fringe} µm from it` : "the slide as it is";
  const tiles = `tiles of ${rules.grid} px every ${rules.stride ?? rules.grid} px, at least ${Math.round(100 * rules.minTissue)}% tissue`;
  const pieces = `whole pieces of at least ${minArea} mm², joined across gaps of up to ${joinGap} µm, with a margin of ${margin} µm`;
  return [
    ["Tissue", `by ${tissueMethod} with ${threshold}, at ${formatMpp(tissueMpp)}`],
    ["Images", rules.grid === null ? pieces : tiles],
    ["Around tissue", outside],
    ["Colour", `${rules.icc ? "the slide’s colour profile applied" : "as stored"}${stainWords(rules)}`],
  ];
}

function stainWords({ stain }: RememberedRules): string {
  return stain === "none" ? ", no stain normalisation" : `, stains normalised after ${capital(stain)}`;
}

function capital(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}

/** What the heat map shows, and what it does not. */
export function describeHeatMap(mpp: number, rules: RememberedRules): string {
  const end =
    "It shows where the network found what speaks for the label, not where a disease is: nobody taught it places.";
  if (rules.grid !== null)
    return `The heat map shows, for each tile, the probability of the slide’s label that the network gave it. ${end}`;
  return `The heat map shows, for each place of the network’s last feature map (${CELL_PIXELS} x ${CELL_PIXELS} pixels, ${formatCount(CELL_PIXELS * mpp)} µm), the probability of the slide’s label that the classifier would give to that place alone (class activation, Zhou et al. 2016). ${end}`;
}
