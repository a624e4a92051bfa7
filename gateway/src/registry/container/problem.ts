import type { ContainerSpec } from '../types.ts';

/** One thing wrong with a container's definition; `at` is a path inside the server's entry, such as `['mounts', 0, 'source']`. */
export interface ContainerProblem {
  readonly at: readonly (string | number)[];
  /** What is wrong, without the value of any variable. */
  readonly message: string;
  /** What to write instead. */
  readonly fix: string;
}

export type ContainerParse =
  | {
      readonly ok: true;
      readonly spec: ContainerSpec;
      /** What the entry says and the container does not do. */
      readonly notes?: readonly ContainerProblem[];
    }
  | { readonly ok: false; readonly problems: readonly ContainerProblem[] };

/** A value that fits, or why it doesn't. */
export type Field<T> = { readonly value: T } | { readonly message: string; readonly fix: string };
