import { applyPatch } from '../../registry/edit/patch.ts';
import type { Problem } from '../../registry/yaml/problem.ts';
import type { Registry } from '../../registry/types.ts';
import type { RegistryProblem } from '../../api/schema/problem.ts';

export type Edited =
  | {
      readonly ok: true;
      readonly text: string;
      /** What the difference between the two registries does not tell, for the summary. */
      readonly notes?: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A change of the registry's text; `registry` is what the text says. Pure, and may throw an ApiError. */
export type RegistryEdit = (text: string, registry: Registry) => Edited;

export function patchEdit(patch: unknown): RegistryEdit {
  return (text) => applyPatch(text, patch);
}

/** Problems of a registry's text, with their lines in it. */
export function problemsInText(problems: readonly Problem[]): RegistryProblem[] {
  return problems.map(({ path, line, message, fix }) => ({ path, line, message, fix }));
}

/** Problems of the request itself: their place is in no file. */
export function problemsInRequest(problems: readonly Problem[]): RegistryProblem[] {
  return problems.map(({ path, message, fix }) => ({ path, line: null, message, fix }));
}
