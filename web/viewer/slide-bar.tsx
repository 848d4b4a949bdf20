// The line above an open slide: back to the table, its name, the slides before and after it.
import type { JSX } from "preact";
import { formatAddress } from "./address.ts";
import { Icon } from "./icons.tsx";
import type { SlideScreenProps } from "./slide-screen.tsx";

export function SlideBar(props: SlideScreenProps & { name: string }): JSX.Element {
  const { address, name, row } = props;
  const { before, after, position } = neighbours(props);
  const href = (slide: string | null) => `#${formatAddress({ ...address, slide, place: null, piece: null })}`;
  return (
    <nav class="slide-bar" aria-label="Slides">
      <a class="button" href={href(null)}>
        <Icon name="table" />
        Slides
      </a>
      <h1 class="slide-name">{name}</h1>
      {row?.truth != null && <span class="truth">{`known as ${row.truth}`}</span>}
      <span class="spring" />
      <span class="position">{position}</span>
      <Neighbour name="Slide before" icon="left" href={before === null ? null : href(before)} />
      <Neighbour name="Slide after" icon="right" href={after === null ? null : href(after)} />
    </nav>
  );
}

function Neighbour(props: { name: string; icon: "left" | "right"; href: string | null }): JSX.Element {
  return props.href === null ? (
    <span class="round off" aria-hidden="true">
      <Icon name={props.icon} />
    </span>
  ) : (
    <a class="round" href={props.href} aria-label={props.name} title={props.name}>
      <Icon name={props.icon} />
    </a>
  );
}

/** The slides before and after the open one in the table's order. */
export function neighbours({ rows, id }: Pick<SlideScreenProps, "rows" | "id">): {
  before: string | null;
  after: string | null;
  position: string;
} {
  const index = rows.findIndex((row) => row.id === id);
  if (index < 0) return { before: null, after: rows[0]?.id ?? null, position: "" };
  return {
    before: rows[index - 1]?.id ?? null,
    after: rows[index + 1]?.id ?? null,
    position: `${index + 1} of ${rows.length}`,
  };
}
