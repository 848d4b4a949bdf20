// The ten digits as 5 x 7 dots, so that pieces can be numbered without a font.

/** Dots per digit. */
export const DIGIT_WIDTH = 5;
export const DIGIT_HEIGHT = 7;

const DIGITS: Readonly<Record<string, string>> = {
  "0": ".###. #...# #..## #.#.# ##..# #...# .###.",
  "1": "..#.. .##.. ..#.. ..#.. ..#.. ..#.. .###.",
  "2": ".###. #...# ....# ...#. ..#.. .#... #####",
  "3": "##### ...#. ..#.. ...#. ....# #...# .###.",
  "4": "...#. ..##. .#.#. #..#. ##### ...#. ...#.",
  "5": "##### #.... ####. ....# ....# #...# .###.",
  "6": "..##. .#... #.... ####. #...# #...# .###.",
  "7": "##### ....# ...#. ..#.. .#... .#... .#...",
  "8": ".###. #...# #...# .###. #...# #...# .###.",
  "9": ".###. #...# #...# .#### ....# ...#. .##..",
};

/** Seven rows of five dots; "#" is ink. */
export function digitRows(digit: string): readonly string[] {
  return (DIGITS[digit] ?? "").split(" ");
}
