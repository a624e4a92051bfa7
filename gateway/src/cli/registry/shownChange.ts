import { printJson } from '../output/printJson.ts';
import { previewImpact } from '../../access/previewImpact.ts';
import { diffRegistries } from '../../registry/diff.ts';
import { applyPatch } from '../../registry/edit/patch.ts';
import { parseRegistryFile } from '../../registry/file/registryFile.ts';
import { RegistryInvalidError } from '../../registry/yaml/problem.ts';
import { confirmed } from '../connect/confirmed.ts';
import { ExitCode } from '../exitCodes.ts';
import type { CommandContext } from '../commandContext.ts';
import { changeRegistry } from './changeRegistry.ts';
import type { RegistryFile } from './registryFile.ts';

export interface ChangeOptions {
  readonly json?: true;
  readonly yes?: true;
}

/**
 * Validates a patch, says what it changes as the audit log will, and makes the change.
 * @param ask what is lost by it cannot be had again: a person is asked first, unless with `--yes`
 * @param before what has to be there for the change to work: done once it is agreed to
 * @throws RegistryInvalidError where the outcome would not be a valid registry; nothing is written then
 */
export async function shownChange(
  { terminal }: CommandContext,
  file: RegistryFile,
  patch: object,
  options: ChangeOptions,
  ask?: 'ask',
  before?: () => Promise<void>,
): Promise<ExitCode> {
  const { changes, impact } = effectOf(file, patch);
  if (options.json !== true) {
    for (const line of [...changes, ...impact]) terminal.err(`lmcp: ${line}\n`);
    if (changes.length === 0) terminal.err('lmcp: the registry says so already; nothing was changed\n');
  }
  const agreed =
    changes.length > 0 && (ask === undefined || (await confirmed(terminal, options.yes === true)));
  if (agreed) {
    await before?.();
    await changeRegistry(file, patch);
  }
  if (options.json === true) printJson(terminal, { applied: agreed, changes, impact });
  return agreed || changes.length === 0 ? ExitCode.fine : ExitCode.failed;
}

/** What a patch would change, and what each client would gain and lose by it: a line each. */
export interface Effect {
  readonly changes: readonly string[];
  readonly impact: readonly string[];
}

/**
 * Both as the interface says them. A command knows no tools of servers, only those that policies name.
 * @throws RegistryInvalidError where the outcome would not be a valid registry
 */
export function effectOf(file: RegistryFile, patch: object): Effect {
  const edited = applyPatch(file.text, patch);
  if (!edited.ok) throw new RegistryInvalidError(edited.problems, file.text, file.path);
  const parsed = parseRegistryFile(file.path, edited.text, { env: file.env });
  if (!parsed.ok) throw new RegistryInvalidError(parsed.problems, edited.text, file.path);
  return {
    changes: diffRegistries(file.registry, parsed.registry).summary,
    impact: previewImpact(file.registry, parsed.registry, () => null).map(({ words }) => words),
  };
}
