import { idFault } from '../../../registry/id.ts';
import { bundledServers } from '../../../import/catalogue/bundledServers.ts';
import { kinds, type Kind } from '../../../import/catalogue/launch.ts';
import { planAdd, questionsOf, wrongAnswer } from '../../../import/catalogue/planAdd.ts';
import {
  commandLineOf,
  originOf,
  searchCatalogue,
  serverNamed,
} from '../../../import/catalogue/searchCatalogue.ts';
import type { ServerJson } from '../../../import/catalogue/serverJson.ts';
import { importPatch, type ImportPlan, type Present } from '../../../import/plan.ts';
import { presentIn } from '../../../import/present.ts';
import { editSecrets } from '../../../registry/secrets/editSecrets.ts';
import { secretsPath } from '../../../registry/secrets/secretReader.ts';
import { askQuestions } from '../../catalogue/askQuestions.ts';
import { catalogueOf } from '../../catalogue/catalogueOf.ts';
import type { CommandContext } from '../../commandContext.ts';
import { CommandFailure, ExitCode, usageFailure } from '../../exitCodes.ts';
import { knownClient } from '../../live/knownClient.ts';
import { oneLine } from '../../output/printer.ts';
import { printJson } from '../../output/printJson.ts';
import { styleOf } from '../../output/style.ts';
import { table } from '../../output/table.ts';
import { readRegistryFile, type RegistryFile } from '../../registry/registryFile.ts';
import { shownChange, type ChangeOptions } from '../../registry/shownChange.ts';

interface AddOptions extends ChangeOptions {
  readonly from?: string;
  readonly id?: string;
  readonly use?: string;
  readonly set?: readonly string[];
  readonly grant?: string;
}

/** `lmcp add <name>`: a server of the catalogue, or of a server.json that the person names; granted to nobody unless said. */
export async function addFromCatalogue(
  context: CommandContext,
  name: string,
  options: AddOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const servers = await catalogueOf(terminal, options.from);
  if (name === '' && (options.from === undefined || servers.length > 1))
    return list(context, servers, '', options);
  const server = name === '' ? servers[0] : serverNamed(servers, name);
  if (server === undefined) throw unknown(servers, name, options.from);
  const file = await readRegistryFile(context);
  if (options.id !== undefined) requireFree(file, options.id);
  const clients = (options.grant ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter(Boolean);
  clients.forEach((id) => knownClient(file, id));
  const kind = kindNamed(options.use);
  const questions = questionsOf(server, kind);
  const given = answersIn(options.set ?? []);
  const secret = questions.find((question) => question.secret && Object.hasOwn(given, question.name));
  if (secret !== undefined)
    throw usageFailure(`${secret.name} is a secret: set it by lmcp secret set, where nobody else sees it`);
  const answers = await askQuestions(terminal, questions, given);
  const wrong = wrongAnswer(questions, answers);
  if (wrong !== undefined) throw usageFailure(wrong);
  const present = await presentIn(file);
  const planned = planAdd(server, present, { answers, id: options.id, kind, clients });
  if (!planned.ok)
    throw new CommandFailure(`${oneLine(server.name)} was not added: ${oneLine(planned.reason)}`);
  const missing = planned.missing.filter((question) => !question.secret).map((question) => question.name);
  if (missing.length > 0) {
    throw usageFailure(`${server.name} needs ${missing.join(', ')}: give it by --set ${missing[0]}=value`);
  }
  return write(context, file, { plan: planned.plan, present }, options);
}

/** `lmcp catalogue [words…]`: the servers whose name, package or description has these words. */
export async function catalogue(
  context: CommandContext,
  words: readonly string[],
  options: Pick<AddOptions, 'from' | 'json'>,
): Promise<ExitCode> {
  const servers = await catalogueOf(context.terminal, options.from);
  return list(context, servers, words.join(' '), options);
}

function list(
  { terminal }: CommandContext,
  servers: readonly ServerJson[],
  query: string,
  options: Pick<AddOptions, 'json'>,
): ExitCode {
  const found = searchCatalogue(servers, query);
  if (options.json === true) printJson(terminal, found);
  else if (found.length === 0) terminal.err('lmcp: the catalogue has no such server\n');
  else {
    const rows = found.map((server) => [server.name, originOf(server), server.description].map(oneLine));
    terminal.out(table([['NAME', 'RUNS', 'FOR'], ...rows], styleOf(terminal, 'stdout'), ''));
  }
  return found.length > 0 ? ExitCode.fine : ExitCode.failed;
}

async function write(
  context: CommandContext,
  file: RegistryFile,
  { plan, present }: { readonly plan: ImportPlan; readonly present: Present },
  options: AddOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const [outcome] = plan.outcomes;
  const [section] = plan.servers.values();
  if (options.json !== true) {
    terminal.err(`lmcp: ${oneLine(`${outcome?.name ?? ''} runs ${commandLineOf(section ?? {})}`)}\n`);
    for (const note of outcome?.notes ?? []) terminal.err(`lmcp: ${oneLine(note)}\n`);
  }
  const secrets = new Map([...plan.secrets.values()].flatMap((named) => [...named]));
  const added = [...secrets].filter(([name]) => !present.secrets.has(name));
  const ask = options.yes === true || options.json === true ? undefined : 'ask';
  const storeSecrets = async (): Promise<void> => {
    if (added.length > 0) await editSecrets(secretsPath(file.path), Object.fromEntries(added));
  };
  const code = await shownChange(context, file, importPatch(plan, present), options, ask, storeSecrets);
  if (code === ExitCode.fine && options.json !== true && plan.grants.size === 0 && outcome !== undefined)
    terminal.err(
      `lmcp: no client may use it yet: ${context.commandLine(`grant <client> ${outcome.id ?? ''}`)}\n`,
    );
  return code;
}

function kindNamed(use: string | undefined): Kind | undefined {
  const kind = kinds.find((one) => one === use);
  if (kind === undefined && use !== undefined) throw usageFailure(`--use is one of ${kinds.join(', ')}`);
  return kind;
}

function requireFree(file: RegistryFile, id: string): void {
  const fault = idFault(id);
  if (fault !== null) throw usageFailure(`${id} can't be the id of a server: ${fault}`);
  if (file.registry.servers.has(id)) throw usageFailure(`the server ${id} is there already`);
}

/** `NAME=value` each; the values of one name are lines of one answer. */
function answersIn(pairs: readonly string[]): Readonly<Record<string, string>> {
  const answers = new Map<string, string[]>();
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at < 1) throw usageFailure('--set takes NAME=value');
    const name = pair.slice(0, at);
    answers.set(name, [...(answers.get(name) ?? []), pair.slice(at + 1)]);
  }
  return Object.fromEntries([...answers].map(([name, values]) => [name, values.join('\n')]));
}

function unknown(servers: readonly ServerJson[], name: string, from: string | undefined): CommandFailure {
  const close = searchCatalogue(servers, name).map((server) => server.name);
  const where = from ?? `the catalogue of LMCP, ${bundledServers.length} servers`;
  const hint =
    close.length > 0
      ? `close to it: ${close.slice(0, 10).join(', ')}`
      : 'lmcp catalogue lists them; --from names a server.json, and lmcp server add takes any command';
  return usageFailure(`${name} is not in ${where}; ${hint}`);
}
