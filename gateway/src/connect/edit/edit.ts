import type { Entry, Place } from '../applications/application.ts';

/** One change to an application's file: what is under `name` afterwards; null: nothing. */
export interface Edit {
  readonly place: Place;
  readonly name: string;
  readonly entry: Entry | null;
}

/** The new text; or why the file is left alone: what is in the way, with its line where there is one. */
export type EditResult =
  { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

/** An application's file as plain data; or why it cannot be read. */
export type ReadResult =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

export function rejected(message: string): { readonly ok: false; readonly message: string } {
  return { ok: false, message };
}
