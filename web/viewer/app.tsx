// The viewer: a bar on top, below it the table of slides or an open slide.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ModelView, SlideLibrary, SlideRow } from "../library.ts";
import { type Address, formatAddress } from "./address.ts";
import { HelpDialog } from "./help-dialog.tsx";
import { Icon } from "./icons.tsx";
import { Ready } from "./message.tsx";
import type { ViewerOptions } from "./mount.tsx";
import { shownRows, usualModel } from "./rows.ts";
import { SlideScreen } from "./slide-screen.tsx";
import { TableScreen } from "./table-screen.tsx";
import { Thumbnails } from "./thumbnail.tsx";
import { type UpdateAddress, useAddress } from "./use-address.ts";
import { useKeys } from "./use-keys.ts";
import { useLoaded } from "./use-loaded.ts";
import { useTheme } from "./use-theme.ts";

export interface AppProps {
  readonly library: SlideLibrary;
  readonly options: ViewerOptions;
  /** The element that carries the theme. */
  readonly root: HTMLElement;
}

export function App({ library, options, root }: AppProps): JSX.Element {
  const [address, update] = useAddress();
  const [theme, toggleTheme] = useTheme(root);
  const [help, setHelp] = useState(false);
  const [changes, setChanges] = useState(0);
  useEffect(() => library.subscribe(() => setChanges((count) => count + 1)), [library]);
  const loaded = useLoaded(() => loadAll(library), [], changes);
  useKeys({ "?": () => setHelp(true), t: toggleTheme, "/": focusFind });
  const trouble = loaded.state === "ready" ? loaded.trouble : null;
  return (
    <div class={address.slide === null ? "app" : "app open"}>
      <header class="top">
        <a class="brand" href={`#${formatAddress({ ...address, slide: null, place: null, piece: null })}`}>
          {options.title}
        </a>
        <span class="research">For research use only</span>
        <span class="spring" />
        <button
          type="button"
          class="round"
          aria-label={theme === "dark" ? "Light colours" : "Dark colours"}
          title={theme === "dark" ? "Light colours" : "Dark colours"}
          onClick={toggleTheme}
        >
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </button>
        <button
          type="button"
          class="round"
          aria-label="Help and keys"
          title="Help and keys"
          onClick={() => setHelp(true)}
        >
          <Icon name="question" />
        </button>
      </header>
      {trouble !== null && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <main>
        {address.slide === null && options.start?.()}
        <Ready loaded={loaded} waiting="Reading the list of slides …" failed="The slides cannot be listed">
          {(all) => <Screen {...all} library={library} options={options} address={address} update={update} />}
        </Ready>
      </main>
      <HelpDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

interface All {
  readonly models: readonly ModelView[];
  readonly rows: readonly SlideRow[];
}

async function loadAll(library: SlideLibrary): Promise<All> {
  const [models, rows] = await Promise.all([library.models(), library.slides()]);
  return { models, rows };
}

interface ScreenProps extends All {
  readonly library: SlideLibrary;
  readonly options: ViewerOptions;
  readonly address: Address;
  readonly update: UpdateAddress;
}

function Screen({ models, rows, library, options, address, update }: ScreenProps): JSX.Element {
  const last = useRef<string | null>(null);
  const thumbnails = useMemo(() => new Thumbnails(library), [library]);
  const { slide } = address;
  const row = rows.find(({ id }) => id === slide) ?? null;
  const chosen = models.find(({ id }) => id === address.model);
  const model = chosen ?? usualModel(models, rows, row);
  const shared = { models, model, address, update };
  useEffect(() => {
    document.title = row === null ? options.title : `${row.name} · ${options.title}`;
    if (slide !== null) last.current = slide;
  }, [slide, row?.name, options.title]);
  if (slide === null) {
    const { empty } = options;
    return <TableScreen {...shared} rows={rows} thumbnails={thumbnails} empty={empty} last={last.current} />;
  }
  const ordered = shownRows(rows, address, chosen ?? usualModel(models, rows, null));
  return <SlideScreen key={slide} {...shared} library={library} id={slide} row={row} rows={ordered} />;
}

function focusFind(): void {
  document.getElementById("find")?.focus();
}
