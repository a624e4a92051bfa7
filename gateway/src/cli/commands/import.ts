import { printJson } from '../output/printJson.ts';
import { importPatch, planImport, type ImportPlan, type Present } from '../../import/plan.ts';
import { validPart } from '../../import/validPart.ts';
import { digestOf } from '../../connect/connectRecord.ts';
import { applyPatch } from '../../registry/edit/patch.ts';
import { parseRegistryFile } from '../../registry/file/registryFile.ts';
import { editSecrets } from '../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../registry/secrets/secretReader.ts';
import { confirmed } from '../connect/confirmed.ts';
import { ExitCode, usageFailure } from '../exitCodes.ts';
import { importRecord } from '../import/importRecord.ts';
import { presentIn } from '../../import/present.ts';
import { missingClientsText, withoutMissingClients } from '../import/missingClients.ts';
import { reportText } from '../import/report.ts';
import { sourcesFor } from '../import/sources.ts';
import type { CommandContext } from '../commandContext.ts';
import { changeRegistry, editRegistry } from '../registry/changeRegistry.ts';
import { effectOf } from '../registry/shownChange.ts';
import { readRegistryFile, type RegistryFile } from '../registry/registryFile.ts';

export interface ImportOptions {
  readonly from?: string;
  readonly client?: string;
  readonly projects?: true;
  readonly yes?: true;
  readonly json?: true;
  readonly undo?: true;
}

/**
 * `lmcp import [file|-]`: takes the servers of other configurations into the registry. The files themselves are not
 * changed, and nothing is written before the person agrees.
 */
export async function importServers(
  context: CommandContext,
  named: string,
  options: ImportOptions,
): Promise<ExitCode> {
  const file = await readRegistryFile(context);
  if (options.undo === true) return undoImport(context, file, options.yes === true);
  const { terminal } = context;
  if (options.client !== undefined && !file.registry.clients.has(options.client)) {
    throw usageFailure(`the registry has no client ${options.client}`);
  }
  const sources = await sourcesFor(terminal, named, options);
  const present = await presentIn(file);
  const draft = planImport(sources, present, { env: terminal.env, projects: options.projects === true });
  const whole = validPart(draft, (part) => problemsOf(file, part, present));
  const { plan, missing } = withoutMissingClients(whole, present);
  const patch = importPatch(plan, present);
  const effect = effectOf(file, patch);
  if (options.json === true) printJson(terminal, { ...jsonOf(plan, missing), ...effect });
  else if (plan.outcomes.length > 0) terminal.out(reportText(terminal, plan, effect));
  terminal.err(missingClientsText(missing, context.commandLine));
  if (plan.servers.size === 0 && plan.grants.size === 0) {
    terminal.err('lmcp: there is nothing to import\n');
    return ExitCode.fine;
  }
  if (!(await confirmed(terminal, options.yes === true))) return ExitCode.fine;
  const secrets = new Map([...plan.secrets.values()].flatMap((named) => [...named]));
  const added = [...secrets.keys()].filter((name) => !present.secrets.has(name));
  if (added.length > 0) await editSecrets(secretsPath(file.path), Object.fromEntries(secrets));
  await changeRegistry(file, patch);
  const { text } = await readRegistryFile(context);
  const servers = [...plan.servers.keys()];
  await importRecord(file.path).write({
    before: file.text,
    written: digestOf(text),
    servers,
    secrets: added,
  });
  terminal.err(
    `lmcp: ${servers.length} servers imported; to undo it: ${context.commandLine('import --undo')}\n`,
  );
  return ExitCode.fine;
}

async function undoImport(context: CommandContext, file: RegistryFile, yes: boolean): Promise<ExitCode> {
  const stored = importRecord(file.path);
  const record = await stored.read();
  if (record === undefined) throw usageFailure('there is no import to undo');
  const unchanged = digestOf(file.text) === record.written;
  context.terminal.err(
    unchanged
      ? 'lmcp: the registry becomes what it was before the import\n'
      : `lmcp: the registry was changed since; these servers are removed: ${record.servers.join(', ')}\n`,
  );
  if (!(await confirmed(context.terminal, yes))) return ExitCode.fine;
  if (unchanged) await editRegistry(file, () => ({ ok: true, text: record.before }));
  else {
    const gone = record.servers.filter((id) => file.registry.servers.has(id));
    await changeRegistry(file, { servers: Object.fromEntries(gone.map((id) => [id, null])) });
  }
  if (record.secrets.length > 0) {
    const gone = Object.fromEntries(record.secrets.map((name) => [name, null]));
    await editSecrets(secretsPath(file.path), gone);
  }
  await stored.drop();
  return ExitCode.fine;
}

function problemsOf(file: RegistryFile, plan: ImportPlan, present: Present) {
  const edited = applyPatch(file.text, importPatch(plan, present));
  if (!edited.ok) return edited.problems;
  const parsed = parseRegistryFile(file.path, edited.text, { env: file.env });
  return parsed.ok ? [] : parsed.problems;
}

function jsonOf(plan: ImportPlan, missing: ReadonlyMap<string, readonly string[]>): object {
  return {
    servers: plan.outcomes,
    grants: Object.fromEntries([...plan.grants].map(([client, gained]) => [client, [...gained.keys()]])),
    missing_clients: Object.fromEntries(missing),
  };
}
