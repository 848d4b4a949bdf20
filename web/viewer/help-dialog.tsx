// The keys, and what the numbers mean.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";

const KEYS: readonly (readonly [keys: string, what: string])[] = [
  ["← ↑ → ↓", "move over the slide (farther with Shift); walk through the table"],
  ["+ − 0", "zoom in, zoom out, whole slide"],
  ["h o l", "heat map, outlines, labels on or off"],
  [", .", "heat map fainter, stronger"],
  ["1 … 9 c", "map of a class by its number, of the next class"],
  ["n p", "next piece, piece before"],
  ["[ ]", "slide before, slide after"],
  ["m b", "next model; two models side by side"],
  ["/", "find in the table"],
  ["t", "light or dark"],
  ["Esc", "back to the table"],
  ["?", "this help"],
];

export function HelpDialog({ open, onClose }: { open: boolean; onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open && dialog.current?.open === true) dialog.current.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <table class="keys">
        <tbody>
          {KEYS.map(([keys, what]) => (
            <tr key={keys}>
              <th scope="row">
                {keys.split(" ").map((key) => (key === "…" ? " … " : <kbd key={key}>{key}</kbd>))}
              </th>
              <td>{what}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>What is shown</h2>
      <p>
        The heat map is the class activation of the network: what it would answer if the whole image looked
        like this place. It shows where an answer comes from; it is not a segmentation.
      </p>
      <p>
        10x stands for 1 µm per pixel. Disagreement is the total variation distance between two models'
        probabilities: 0 where they say the same, 1 where they share nothing. Links hold the slide, the view
        and the switches.
      </p>
      <p>For research use only. Not for diagnosis.</p>
      <button type="button" class="button" onClick={onClose}>
        Close
      </button>
    </dialog>
  );
}
