import { keepOrder, keepRows } from '#lib/domain/tableOrder.ts';

interface Handlers {
  readonly onpointerenter: (event: PointerEvent) => void;
  readonly onpointerover: (event: PointerEvent) => void;
  readonly onpointerleave: (event: PointerEvent & { currentTarget: Element }) => void;
  readonly onfocusin: (event: FocusEvent) => void;
  readonly onfocusout: () => void;
}

/** Whether somebody points at a part of the page, or has the focus in it: nothing moves there meanwhile. */
export class Hold {
  #pointed = $state(false);
  #focused = $state(false);
  readonly held: boolean = $derived(this.#pointed || this.#focused);
  /** For the element that is held. A finger points at nothing between two taps. */
  readonly handlers: Handlers;

  /** @param counts whether the focus of an element holds; default: of any */
  constructor(counts: (target: EventTarget | null) => boolean = () => true) {
    const point = ({ pointerType }: PointerEvent): boolean => (this.#pointed = pointerType !== 'touch');
    this.handlers = {
      onpointerenter: point,
      // The pointer may be there before the element is.
      onpointerover: point,
      onpointerleave: ({ currentTarget }) => {
        this.#pointed = false;
        // A button that is disabled or removed loses the focus without an event.
        if (!currentTarget.contains(document.activeElement)) this.#focused = false;
      },
      onfocusin: ({ target }) => (this.#focused = counts(target)),
      onfocusout: () => (this.#focused = false),
    };
  }
}

/** Rows that stay where they are shown while they are held; to be read in one `$derived`. */
export class HeldRows<Row> {
  readonly #hold: Hold;
  readonly #keyOf: (row: Row) => string;
  #shown: readonly Row[] = [];

  constructor(hold: Hold, keyOf: (row: Row) => string) {
    this.#hold = hold;
    this.#keyOf = keyOf;
  }

  /** Rows in the order in which they are shown; new ones come last, those that are gone leave. */
  inOrder(newest: readonly Row[]): readonly Row[] {
    const before = this.#shown.map(this.#keyOf);
    return (this.#shown = this.#hold.held ? keepOrder(before, newest, this.#keyOf) : newest);
  }

  /** The same; those that are gone stay as they were. */
  all(newest: readonly Row[]): readonly Row[] {
    return (this.#shown = this.#hold.held ? keepRows(this.#shown, newest, this.#keyOf) : newest);
  }
}
