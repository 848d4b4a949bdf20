// `prediction.json`: the record of one slide as text and back.
import type { PixelWindow } from "../codec/index.ts";
import { parseRememberedRules } from "../cutting/index.ts";
import { CheckedJson } from "./checked-json.ts";
import type {
  ModelFacts,
  PiecePrediction,
  SlideAnswer,
  SlideFacts,
  SlidePrediction,
  SlideRule,
  SlideSeconds,
} from "./types.ts";

/** The most that a file may hold of anything. */
export const JSON_LIMITS = {
  classes: 1000,
  /** Pieces or tiles of a slide, and parts of an outline. */
  pieces: 20_000_000,
  rings: 1_000_000,
  numbers: 20_000_000,
  /** Cells of one map. */
  cells: 20_000_000,
  notes: 10_000,
} as const;

/** A record as text, one piece per line. */
export function predictionJson(prediction: SlidePrediction): string {
  const lines = Object.entries(prediction).map(([key, value]) => {
    if (key !== "pieces") return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    const pieces = prediction.pieces.map((piece) => JSON.stringify(piece)).join(",\n");
    return `"pieces":[\n${pieces}\n]`;
  });
  return `{${lines.join(",\n")}}\n`;
}

/**
 * A record from its text, which may come from anywhere. Keys that it does not know are passed over.
 *
 * @param where the file, for messages.
 * @throws LowmagError `corrupt-data` naming the first value that cannot be.
 */
export function parsePrediction(text: string, where: string): SlidePrediction {
  return readPrediction(CheckedJson.parse(text, where));
}

function readPrediction(json: CheckedJson): SlidePrediction {
  const model = readModel(json.key("model"));
  const { classes } = model;
  return {
    format: json.key("format").word(["lowmag-prediction-1"]),
    slide: json.key("slide").text(),
    facts: readFacts(json.key("facts")),
    model,
    engine: json.key("engine").text(),
    rules: parseRememberedRules(json.key("rules").unchecked, json.file),
    slideRule: readRule(json.key("slideRule"), classes),
    answer: readAnswer(json.key("answer"), classes),
    truth: json.key("truth").orNull((truth) => truth.text()),
    pieces: json.key("pieces").list(JSON_LIMITS.pieces, (piece) => readPiece(piece, classes)),
    tissueArea: json.key("tissueArea").number(0),
    seconds: readSeconds(json.key("seconds")),
    notes: json.key("notes").list(JSON_LIMITS.notes, (note) => note.text(10_000)),
  };
}

/** Names of classes: at least one, all different. */
export function readClasses(json: CheckedJson): string[] {
  const classes = json.list(JSON_LIMITS.classes, (name) => name.text());
  if (classes.length === 0 || new Set(classes).size < classes.length)
    throw json.wrong("different names of classes");
  return classes;
}

function readModel(json: CheckedJson): ModelFacts {
  return {
    name: json.key("name").text(),
    architecture: json.key("architecture").text(),
    classes: readClasses(json.key("classes")),
    mpp: json.key("mpp").number(0.01, 10_000),
    hash: json.key("hash").text(),
    rules: json.key("rules").orNull((rules) => parseRememberedRules(rules.unchecked, json.file)),
  };
}

function readFacts(json: CheckedJson): SlideFacts {
  const mpp = json.key("mpp");
  return {
    format: json.key("format").text(),
    vendor: json.key("vendor").text(),
    width: json.key("width").whole(1, 1e9),
    height: json.key("height").whole(1, 1e9),
    levels: json.key("levels").whole(1, 1000),
    mpp: { x: mpp.key("x").number(1e-6, 1e6), y: mpp.key("y").number(1e-6, 1e6) },
    mppSource: json.key("mppSource").text(),
    objective: json.key("objective").orNull((objective) => objective.number(0, 1e6)),
    bounds: json.key("bounds").orNull(readBox),
    decoder: json.key("decoder").text(),
  };
}

function readBox(json: CheckedJson): PixelWindow {
  return {
    left: json.key("left").number(-1e9, 1e9),
    top: json.key("top").number(-1e9, 1e9),
    width: json.key("width").number(1e-6, 1e9),
    height: json.key("height").number(1e-6, 1e9),
  };
}

function readRule(json: CheckedJson, classes: readonly string[]): SlideRule {
  const kind = json.key("kind").word(["mean", "max", "any"]);
  if (kind === "mean") return { kind };
  const positive = json.key("positive").word(classes);
  return kind === "max"
    ? { kind, positive }
    : { kind, positive, threshold: json.key("threshold").number(0, 1) };
}

function readAnswer(json: CheckedJson, classes: readonly string[]): SlideAnswer {
  return { label: json.key("label").word(classes), probabilities: readShares(json, classes) };
}

function readShares(json: CheckedJson, classes: readonly string[]): number[] {
  const probabilities = json.key("probabilities");
  const shares = probabilities.numbers(classes.length, 0, 1);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.length === classes.length && Math.abs(sum - 1) < 1e-3) return shares;
  throw probabilities.wrong(`${classes.length} numbers that sum to 1`);
}

function readPiece(json: CheckedJson, classes: readonly string[]): PiecePrediction {
  const logits = json.key("logits").numbers(classes.length);
  if (logits.length < classes.length) throw json.key("logits").wrong(`${classes.length} numbers`);
  return {
    number: json.key("number").whole(1, JSON_LIMITS.pieces),
    box: readBox(json.key("box")),
    width: json.key("width").whole(1, 1e9),
    height: json.key("height").whole(1, 1e9),
    tissueArea: json.key("tissueArea").number(0),
    tissue: json.key("tissue").number(0, 1),
    pen: json.key("pen").number(0, 1),
    blur: json.key("blur").orNull((blur) => blur.number(0)),
    blurred: json.key("blurred").flag(),
    label: json.key("label").word(classes),
    probabilities: readShares(json, classes),
    logits,
    seconds: json.key("seconds").number(0),
  };
}

function readSeconds(json: CheckedJson): SlideSeconds {
  return {
    opening: json.key("opening").number(0),
    reading: json.key("reading").number(0),
    finding: json.key("finding").number(0),
    computing: json.key("computing").number(0),
    writing: json.key("writing").number(0),
    total: json.key("total").number(0),
  };
}
