// Light or dark: as the system has it, or as a person chose.
import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";
const THEME_KEY = "lowmag-theme";

/** The theme, as the system has it until a person chooses otherwise. Written to `data-theme` of `element`. */
export function useTheme(element: HTMLElement): readonly [Theme, () => void] {
  const [chosen, setChosen] = useState<Theme | null>(() => storedTheme());
  const [system, setSystem] = useState<Theme>(() => (darkSystem().matches ? "dark" : "light"));
  useEffect(() => {
    const query = darkSystem();
    const read = () => setSystem(query.matches ? "dark" : "light");
    query.addEventListener("change", read);
    return () => query.removeEventListener("change", read);
  }, []);
  const theme = chosen ?? system;
  useEffect(() => {
    element.dataset.theme = theme;
  }, [element, theme]);
  const toggle = () => {
    const next = theme === "dark" ? "light" : "dark";
    setChosen(next);
    try {
      localStorage.setItem(THEME_KEY, next);
    } catch {
      // Storage may be refused; the theme then lasts as long as the page.
    }
  };
  return [theme, toggle];
}

function darkSystem(): MediaQueryList {
  return window.matchMedia("(prefers-color-scheme: dark)");
}

function storedTheme(): Theme | null {
  try {
    const text = localStorage.getItem(THEME_KEY);
    return text === "dark" || text === "light" ? text : null;
  } catch {
    return null;
  }
}
