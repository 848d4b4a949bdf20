// The address behind "#" as a state of the components, with the browser's history.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Address, formatAddress, parseAddress } from "./address.ts";

/** How a change of address enters the history: as a step back can undo, or in place of the last. */
export type Step = "push" | "replace";
export type UpdateAddress = (change: Partial<Address>, step?: Step) => void;

/** What the address says, and how to change it. */
export function useAddress(): readonly [Address, UpdateAddress] {
  const [address, setAddress] = useState(() => parseAddress(location.hash));
  const current = useRef(address);
  useEffect(() => {
    const read = () => {
      current.current = parseAddress(location.hash);
      setAddress(current.current);
    };
    window.addEventListener("popstate", read);
    window.addEventListener("hashchange", read);
    return () => {
      window.removeEventListener("popstate", read);
      window.removeEventListener("hashchange", read);
    };
  }, []);
  const update = useCallback<UpdateAddress>((change, step = "replace") => {
    const next = { ...current.current, ...change };
    current.current = next;
    setAddress(next);
    const url = `#${formatAddress(next)}`;
    if (step === "push") history.pushState(null, "", url);
    else history.replaceState(null, "", url);
  }, []);
  return [address, update];
}
