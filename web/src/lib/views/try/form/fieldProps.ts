import type { Snippet } from 'svelte';
import type { Schema } from '#lib/domain/playground/schemaShape.ts';

/** What every field of a form that follows a schema is given. */
export interface FieldProps {
  /** The whole schema, for references. */
  readonly root: Schema;
  readonly schema: Schema;
  readonly label: string;
  readonly required: boolean;
  /** Undefined where it is left out. */
  readonly value: unknown;
  /** JSON pointer of the value, to find its problem. */
  readonly pointer: string;
  readonly problems: ReadonlyMap<string, string>;
  readonly onChange: (value: unknown) => void;
}

/** Of a field that holds others: draws any of them. */
export interface ParentProps extends FieldProps {
  readonly field: Snippet<[FieldProps]>;
}
