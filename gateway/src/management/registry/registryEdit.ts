import { applyPatch } from '../../registry/edit/patch.ts';
import { restoreSecrets } from '../../registry/redact/editableYaml.ts';
import type { Problem } from '../../registry/yaml/problem.ts';
import type { Registry } from '../../registry/types.ts';
import type { RegistryProblem } from '../../api/schema/problem.ts';

export type Edited =
  | {
      readonly ok: true;
      readonly text: string;
      /** What the difference between the two registries does not tell, for the summary. */
      readonly notes?: readonly string[];
      /** Of what was sent, for a line of the text; absent where the request holds no lines. */
      readonly lineOf?: (line: number) => number;
      /** Places whose secret is the one of the file, though the request names them. */
      readonly kept?: readonly string[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** The problems have their lines in the text that was sent. */
      readonly inText?: true;
    };

/** A change of the registry's text; `registry` is what the text says. Pure, and may throw an ApiError. */
export type RegistryEdit = (text: string, registry: Registry) => Edited;

export function patchEdit(patch: unknown): RegistryEdit {
  return (text) => applyPatch(text, patch);
}

/** An edit of the whole text, in which placeholders stand for the secrets of the file. */
export function textEdit(edited: string): RegistryEdit {
  return (text) => {
    const restored = restoreSecrets(edited, text);
    if (!restored.ok) return { ...restored, inText: true };
    const { text: result, places, lineOf } = restored;
    return { ok: true, text: result, lineOf, kept: places };
  };
}

/** What an edit that gave no text, or a text that is not a registry, is rejected for. */
export function editProblems(edited: Edited | undefined, problems: readonly Problem[]): RegistryProblem[] {
  if (edited?.ok !== false) {
    const lineOf = edited?.lineOf ?? ((line) => line);
    return problemsInText(problems.map((problem) => ({ ...problem, line: lineOf(problem.line) })));
  }
  if (edited.inText === true) return problemsInText(edited.problems);
  // Their place is in no file.
  return edited.problems.map(({ path, message, fix }) => ({ path, line: null, message, fix }));
}

/** Problems of a registry's text, with their lines in it. */
export function problemsInText(problems: readonly Problem[]): RegistryProblem[] {
  return problems.map(({ path, line, message, fix }) => ({ path, line, message, fix }));
}
