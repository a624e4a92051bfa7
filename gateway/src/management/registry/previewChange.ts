import type { ParseResult } from '../../registry/parse.ts';
import type { RegistryStore } from '../../registry/store.ts';
import { diffRegistries } from '../../registry/diff.ts';
import { requireIntactFile } from './intactFile.ts';
import type { ToolsOf } from '../../access/knownTools.ts';
import { previewImpact } from '../../access/previewImpact.ts';
import { redactYaml } from '../../registry/redact/redactYaml.ts';
import { type Edited, editProblems, type RegistryEdit } from './registryEdit.ts';
import type { RegistryProblem } from '../../api/schema/problem.ts';
import type { PreviewAnswer, ValidateAnswer } from '../../api/registry.ts';

/** A dry run of an edit against the active registry; nothing is written. */
interface Trial {
  readonly edited: Edited;
  /** Undefined where the edit gave no text. */
  readonly parsed: ParseResult | undefined;
}

/** @throws ApiError 409 `invalid_registry`, and what `edit` throws */
async function tryEdit(store: RegistryStore, edit: RegistryEdit): Promise<Trial> {
  await requireIntactFile(store);
  const edited = edit(store.text, store.current);
  return { edited, parsed: edited.ok ? store.check(edited.text) : undefined };
}

function problemsOf({ edited, parsed }: Trial): RegistryProblem[] {
  return parsed?.ok === true ? [] : editProblems(edited, parsed?.problems ?? []);
}

function summaryOf(store: RegistryStore, { edited, parsed }: Trial): string[] {
  if (!edited.ok || parsed?.ok !== true) return [];
  return [...diffRegistries(store.current, parsed.registry).summary, ...(edited.notes ?? [])];
}

/** Would the outcome be a valid registry, and what would change? @throws as {@link previewChange} */
export async function validateChange(store: RegistryStore, edit: RegistryEdit): Promise<ValidateAnswer> {
  const trial = await tryEdit(store, edit);
  return {
    ok: true,
    valid: trial.parsed?.ok === true,
    errors: problemsOf(trial),
    changes_summary: summaryOf(store, trial),
  };
}

/**
 * What an edit would do: the file before and after, and each client's access.
 * @throws ApiError 409 `invalid_registry`, and what `edit` throws
 */
export async function previewChange(
  store: RegistryStore,
  edit: RegistryEdit,
  toolsOf: ToolsOf,
): Promise<Omit<PreviewAnswer, 'ok'>> {
  const trial = await tryEdit(store, edit);
  const { edited, parsed } = trial;
  const before = redactYaml(store.text);
  const registry = parsed?.ok === true ? parsed.registry : undefined;
  return {
    valid: registry !== undefined,
    errors: problemsOf(trial),
    changes_summary: summaryOf(store, trial),
    revision: store.revision,
    before_yaml: before.text,
    after_yaml: edited.ok ? redactYaml(edited.text, before.secrets).text : before.text,
    impact: registry === undefined ? [] : previewImpact(store.current, registry, toolsOf),
    restart_required:
      registry === undefined ? [] : store.restartRequiredBy(registry).map((key) => `lmcp.${key}`),
  };
}
