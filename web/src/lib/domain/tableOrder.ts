export interface TableSort<Column extends string> {
  readonly column: Column;
  readonly descending: boolean;
}

/** What a row is ordered by in a column; null for what is not known, which is always last. */
type SortValue = string | number | null;

export interface TableColumn<Row, Column extends string> {
  readonly id: Column;
  readonly name: string;
  /** What it sorts by; a column without it does not sort. */
  readonly value?: (row: Row) => SortValue;
  readonly numeric?: boolean;
}

/** The next order where a head is pressed: ascending, descending, then the order of the rows themselves (null). */
export function nextSort<Column extends string>(
  sort: TableSort<Column> | null,
  column: Column,
): TableSort<Column> | null {
  if (sort?.column !== column) return { column, descending: false };
  return sort.descending ? null : { column, descending: true };
}

/** The rows in an order of their values; equal ones stay as they are. */
export function sortRows<Row>(
  rows: readonly Row[],
  valueOf: (row: Row) => SortValue,
  descending: boolean,
): Row[] {
  return rows.toSorted((one, other) => {
    const [a, b] = [valueOf(one), valueOf(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return compare(a, b) * (descending ? -1 : 1);
  });
}

/** The rows where they were: those that are gone leave, new ones come last. */
export function keepOrder<Row>(
  before: readonly string[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const places = new Map(before.map((key, index) => [key, index]));
  const placeOf = (row: Row): number => places.get(keyOf(row)) ?? before.length;
  return rows.toSorted((one, other) => placeOf(one) - placeOf(other));
}

/** The same; rows that are gone stay as they were. */
export function keepRows<Row>(
  before: readonly Row[],
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): Row[] {
  const newest = new Map(rows.map((row) => [keyOf(row), row]));
  const kept = before.map((row) => newest.get(keyOf(row)) ?? row);
  const known = new Set(before.map(keyOf));
  return [...kept, ...rows.filter((row) => !known.has(keyOf(row)))];
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}
