import type { GridPlace } from '#lib/domain/access/gridMove.ts';
import { visibleRange } from '#lib/domain/visibleRange.ts';

/** CSS pixels. A row is a cell of 32 and the line below it. */
export const matrixSizes = { row: 33, head: 38, cell: 116 } as const;

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/** Which part of the matrix is in sight and so is drawn, and where the keyboard is in it. Row −1 is the head, column −1 the names. */
export class MatrixPlace {
  width = $state(800);
  height = $state(400);
  /** Where the keyboard was last. */
  at = $state.raw<GridPlace>({ row: 0, column: 0 });
  /** The cell that is pointed at or focused. */
  looked = $state.raw<GridPlace | null>(null);
  #scrolledX = $state(0);
  #scrolledY = $state(0);
  readonly #element: () => HTMLElement;
  readonly #size: () => Size;

  constructor(element: () => HTMLElement, size: () => Size) {
    this.#element = element;
    this.#size = size;
    $effect(() => {
      const { rows, columns } = this.#size();
      if (this.at.row >= rows || this.at.column >= columns) this.at = { row: 0, column: 0 };
    });
  }

  readonly down = $derived.by(() =>
    visibleRange(this.#scrolledY, this.height, matrixSizes.row, this.#size().rows),
  );
  readonly across = $derived.by(() =>
    visibleRange(this.#scrolledX, this.width, matrixSizes.cell, this.#size().columns, 2),
  );
  /** Tab leads to one place of the grid: where the keyboard was, or the nearest that is drawn. */
  readonly stop: GridPlace = $derived({
    row: nearest(this.at.row, this.down),
    column: nearest(this.at.column, this.across),
  });

  /** What is out of sight is not there: the place is scrolled to first, the cell drawn, then focused. */
  focus(to: GridPlace): void {
    this.scrollTo(to);
    this.at = to;
    requestAnimationFrame(() =>
      this.#element()
        .querySelector<HTMLElement>(`[data-cell="${String(to.row)}:${String(to.column)}"]`)
        ?.focus(),
    );
  }

  scrollTo({ row, column }: GridPlace): void {
    const place = this.#element();
    const nameWidth = place.querySelector<HTMLElement>('.corner')?.offsetWidth ?? 0;
    if (column >= 0) {
      place.scrollLeft = scrollFor(
        column * matrixSizes.cell,
        matrixSizes.cell,
        place.scrollLeft,
        this.width - nameWidth,
      );
    }
    if (row >= 0) {
      place.scrollTop = scrollFor(
        row * matrixSizes.row,
        matrixSizes.row,
        place.scrollTop,
        this.height - matrixSizes.head,
      );
    }
    this.readScroll();
  }

  readScroll(): void {
    const place = this.#element();
    this.#scrolledX = place.scrollLeft;
    this.#scrolledY = place.scrollTop;
  }
}

function nearest(at: number, { first, end }: { first: number; end: number }): number {
  return at === -1 ? -1 : Math.max(first, Math.min(end - 1, at));
}

/** The least scrolling that shows what is `size` long at `start`. */
function scrollFor(start: number, size: number, scrolled: number, seen: number): number {
  if (start < scrolled) return start;
  return Math.max(scrolled, start + size - seen);
}
