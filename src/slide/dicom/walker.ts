// Walks the elements of a DICOM data set without recursion: keeps the wanted ones, steps over all others, enters only
// sequences that are wanted or whose length is not stated. A header of any size passes through one small window; the
// items of the per-frame sequence, of which there can be a million, are handed over one by one.

import { damaged } from "../errors.ts";
import type { ByteWindow } from "./byte-window.ts";
import { DataSet, type Element, nameOf } from "./data-set.ts";
import { type ElementHead, readHead, UNDEFINED_LENGTH } from "./element-head.ts";
import { DICOM_LIMITS, TAG, WANTED } from "./tags.ts";

/** What a walk is told. */
export interface WalkOptions {
  /** Explicit VR (little-endian) or implicit. */
  readonly explicit: boolean;
  /** Ends the walk before an element of the outermost data set. */
  readonly stopAt: (tag: number) => boolean;
  /** Receives each item of the per-frame sequence, which is then not kept. */
  readonly onFrame?: (groups: DataSet, index: number) => void;
}

/** The outermost data set, and where the walk ended: at an element that `stopAt` named, or the end of the file. */
export interface Walk {
  readonly dataSet: DataSet;
  readonly end: number;
  /** The element that `stopAt` named. */
  readonly stopped: number | null;
}

/** Something open: a data set (the outermost or an item), a sequence, or compressed pixels in pieces. */
interface Container {
  readonly kind: "data set" | "sequence" | "pieces";
  /** Where it ends; infinite until its delimiter comes. */
  readonly end: number;
  readonly explicit: boolean;
  /** Where the wanted elements go; `null` inside of what is not wanted. */
  readonly dataSet: DataSet | null;
  /** The sequence's tag, and its items (`null` when it is not wanted). */
  readonly tag: number;
  readonly items: DataSet[] | null;
  count: number;
}

/** Walks a data set from a byte offset. Throws `corrupt-data` for anything that cannot be. */
export async function walkDataSet(window: ByteWindow, start: number, options: WalkOptions): Promise<Walk> {
  return await new Walker(window, options).walk(start);
}

class Walker {
  readonly #stack: Container[] = [];
  readonly #where: string;
  readonly #size: number;
  #elements = 0;
  /** Items and bytes of values that are held at present. */
  #heldItems = 0;
  #heldBytes = 0;

  constructor(
    private readonly window: ByteWindow,
    private readonly options: WalkOptions,
  ) {
    this.#where = window.source.name;
    this.#size = window.source.size;
  }

  async walk(start: number): Promise<Walk> {
    const dataSet = new DataSet(this.#where);
    this.#open("data set", this.#size, this.options.explicit, dataSet, 0, null);
    for (let at = start; ; ) {
      while (at === this.#stack.at(-1)!.end && this.#stack.length > 1) this.#close();
      if (at >= this.#size && this.#stack.length === 1) return { dataSet, end: at, stopped: null };
      if (!this.window.has(at, 12)) await this.window.load(at, Math.min(12, Math.max(8, this.#size - at)));
      const top = this.#stack.at(-1)!;
      const tag = this.window.tag(at);
      // Before its head is read: behind the meta group another encoding may begin.
      if (this.#stack.length === 1 && this.options.stopAt(tag)) return { dataSet, end: at, stopped: tag };
      const head = readHead(this.window, at, top.explicit);
      if (++this.#elements > DICOM_LIMITS.elements) throw this.#damaged("a header of sensible size", "more");
      at = top.kind === "data set" ? await this.#element(head, top) : this.#item(head, top);
    }
  }

  /** What may stand in a sequence: an item, or the sequence's end. */
  #item(head: ElementHead, top: Container): number {
    if (head.tag === TAG.sequenceEnd && top.end === Number.POSITIVE_INFINITY) {
      this.#close();
      return head.offset;
    }
    if (head.tag !== TAG.item) throw this.#damaged("an item of a sequence", nameOf(head.tag));
    const end = this.#endOf(head, top);
    if (top.kind === "pieces" && Number.isFinite(end)) return end;
    const dataSet = top.items === null ? null : new DataSet(this.#where);
    if (dataSet !== null) this.#hold(1, 0);
    this.#open("data set", end, top.explicit, dataSet, top.tag, null);
    return head.offset;
  }

  async #element(head: ElementHead, top: Container): Promise<number> {
    const { tag, vr, offset } = head;
    if (tag === TAG.itemEnd && top.end === Number.POSITIVE_INFINITY && this.#stack.length > 1) {
      this.#close();
      return offset;
    }
    if (tag === TAG.item || tag === TAG.itemEnd || tag === TAG.sequenceEnd)
      throw this.#damaged("an element", `a stray delimiter ${nameOf(tag)}`);
    const wanted = top.dataSet !== null && WANTED.has(tag);
    const end = this.#endOf(head, top);
    if (wanted && SEQUENCES.has(tag)) {
      const items: DataSet[] = [];
      top.dataSet.elements.set(tag, { offset, length: 1, bytes: null, items });
      this.#open("sequence", end, top.explicit && vr !== "UN", null, tag, items);
      return offset;
    }
    if (end === Number.POSITIVE_INFINITY) {
      const kind = vr === "OB" || vr === "OW" ? "pieces" : "sequence";
      // A sequence of unknown VR and length is implicit inside (PS3.5, 6.2.2).
      this.#open(kind, end, top.explicit && vr !== "UN", null, tag, null);
      return offset;
    }
    if (wanted) top.dataSet.elements.set(tag, await this.#value(head));
    return end;
  }

  async #value({ offset, length }: ElementHead): Promise<Element> {
    if (length > DICOM_LIMITS.valueBytes) return { offset, length, bytes: null, items: null };
    if (!this.window.has(offset, length)) await this.window.load(offset, length);
    this.#hold(0, length);
    return { offset, length, bytes: this.window.bytes(offset, length), items: null };
  }

  #hold(items: number, bytes: number): void {
    this.#heldItems += items;
    this.#heldBytes += bytes;
    if (this.#heldItems <= DICOM_LIMITS.heldItems && this.#heldBytes <= DICOM_LIMITS.heldBytes) return;
    throw this.#damaged("a header of sensible size", "too many items or values");
  }

  /** Where an element or item ends; never beyond what holds it. */
  #endOf({ tag, offset, length }: ElementHead, top: Container): number {
    if (length === UNDEFINED_LENGTH) return Number.POSITIVE_INFINITY;
    const end = offset + length;
    const room = Math.min(top.end, this.#size);
    if (end <= room) return end;
    throw this.#damaged(`${nameOf(tag)} to end by byte ${room}`, `${length} bytes at ${offset}`);
  }

  #open(
    kind: Container["kind"],
    end: number,
    explicit: boolean,
    dataSet: DataSet | null,
    tag: number,
    items: DataSet[] | null,
  ): void {
    if (this.#stack.length > DICOM_LIMITS.depth)
      throw this.#damaged(`at most ${DICOM_LIMITS.depth} sequences inside each other`, "more");
    this.#stack.push({ kind, end, explicit, dataSet, tag, items, count: 0 });
  }

  #close(): void {
    const { kind, dataSet } = this.#stack.pop()!;
    const parent = this.#stack.at(-1)!;
    if (kind !== "data set" || dataSet === null) return;
    if (parent.tag !== TAG.perFrameGroups || this.options.onFrame === undefined) {
      parent.items?.push(dataSet);
      return;
    }
    this.options.onFrame(dataSet, parent.count++);
    this.#heldItems = 0; // the frame's items are gone
    this.#heldBytes = 0;
  }

  #damaged(expected: string, got: string): Error {
    return damaged(this.#where, expected, got);
  }
}

/** The wanted elements that are sequences; an implicit file does not say so. */
const SEQUENCES: ReadonlySet<number> = new Set([
  TAG.pixelMeasures,
  TAG.opticalPaths,
  TAG.planePosition,
  TAG.sharedGroups,
  TAG.perFrameGroups,
]);
