// The names of the pieces over a slide: a chip above each piece, the larger piece's where two would lie on one another.

/** What is said of a piece, and the piece's box in pixels of level 0. */
export interface PieceLabel {
  readonly number: number;
  readonly box: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly text: string;
  readonly colour: string;
  readonly textColour: string;
}

/** How pixels of level 0 lie on a drawing of `width` x `height` points. */
export interface Frame {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

interface Chip {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const HEIGHT = 20;
const PADDING = 6;
/** Labels stay clear of the buttons at the upper left. */
const BUTTONS = { right: 56, bottom: 140 } as const;

/** Draws the labels that fit, the marked piece's first, then from the largest piece down. */
export function paintLabels(
  context: CanvasRenderingContext2D,
  labels: readonly PieceLabel[],
  frame: Frame,
  marked: number | null,
): void {
  context.font = "600 12px system-ui, sans-serif";
  context.textBaseline = "middle";
  const taken: Chip[] = [];
  const order = [...labels].sort((a, b) => rank(b, marked) - rank(a, marked));
  for (const label of order) {
    const chip = chipOf(context, label, frame);
    if (chip === null || taken.some((other) => overlap(chip, other))) continue;
    taken.push(chip);
    paintChip(context, chip, label);
  }
}

function rank(label: PieceLabel, marked: number | null): number {
  return label.number === marked ? Number.POSITIVE_INFINITY : label.box.width * label.box.height;
}

/** Where a label goes: above its box, kept on the screen while the box is; `null` where the box is not to be seen. */
function chipOf(context: CanvasRenderingContext2D, { box, text }: PieceLabel, frame: Frame): Chip | null {
  const left = frame.left + box.left * frame.scale;
  const top = frame.top + box.top * frame.scale;
  const right = left + box.width * frame.scale;
  const bottom = top + box.height * frame.scale;
  if (right < 0 || bottom < 0 || left > frame.width || top > frame.height || right - left < 14) return null;
  const width = Math.ceil(context.measureText(text).width) + 2 * PADDING;
  const y = Math.max(top - HEIGHT - 3, 4);
  const least = y < BUTTONS.bottom ? BUTTONS.right : 4;
  return { x: Math.min(Math.max(left, least), Math.max(least, frame.width - width - 4)), y, width };
}

function overlap(a: Chip, b: Chip): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < HEIGHT + 1;
}

function paintChip(
  context: CanvasRenderingContext2D,
  { x, y, width }: Chip,
  { text, colour, textColour }: PieceLabel,
): void {
  context.fillStyle = colour;
  context.strokeStyle = "#ffffff";
  context.lineWidth = 1.5;
  context.beginPath();
  context.roundRect(x, y, width, HEIGHT, 4);
  context.fill();
  context.stroke();
  context.fillStyle = textColour;
  context.fillText(text, x + PADDING, y + HEIGHT / 2 + 0.5);
}
