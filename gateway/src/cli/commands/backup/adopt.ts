import { createReadStream, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { installation } from '../../../installation.ts';
import { adoptedText } from '../../backup/adoptedText.ts';
import { holdingsOf, placeOf, registryName, type Holding } from '../../backup/holdings.ts';
import { placed, wholeLog, type Arriving } from '../../backup/placed.ts';
import { keyFolderOf, targetOf } from '../../backup/target.ts';
import type { CommandContext } from '../../commandContext.ts';
import { confirmed } from '../../connect/confirmed.ts';
import { CommandFailure, ExitCode, usageFailure } from '../../exitCodes.ts';
import { findGateway } from '../../live/findGateway.ts';
import { readRegistryFile, type RegistryFile } from '../../registry/registryFile.ts';
import { registryHome } from '../../registry/registryHome.ts';

interface AdoptOptions {
  readonly dryRun?: true;
  readonly yes?: true;
  readonly to?: string;
}

/**
 * `lmcp adopt <folder>`: copies the registry of a checkout or of a Compose project, what is beside it and its log to the folder
 * in which an installed package keeps them. It overwrites nothing; what it leaves behind is for the person to remove.
 */
export async function adopt(
  context: CommandContext,
  folder: string,
  options: AdoptOptions,
): Promise<ExitCode> {
  const { terminal } = context;
  const file = await sourceIn(context, folder);
  const running = await findGateway(file);
  if (running.kind === 'running')
    throw new CommandFailure('its gateway runs: stop it first, so that the log ends in one place');
  if (running.doubt !== undefined) throw running.doubt;
  const target = targetOf(targetPath(context, options.to), file.text);
  const { files, outside } = await holdingsOf(file);
  const moves = files.map((each) => ({ from: each, place: placeOf(each.name, target) }));
  const taken = moves.find(({ place }) => existsSync(place));
  if (taken !== undefined) throw new CommandFailure(`${taken.place} is there already: nothing was written`);
  for (const { from, place } of moves) terminal.out(`${from.path} -> ${place}\n`);
  for (const each of outside) terminal.err(`lmcp: stays where it is: ${each}\n`);
  const checkout = resolve(terminal.cwd, folder);
  const adopted = adoptedText({ text: file.text, baseDir: file.baseDir, checkout, installation });
  for (const each of adopted.relative)
    terminal.err(`lmcp: it was relative to ${file.baseDir} and is absolute now: ${each}\n`);
  if (options.dryRun === true || !(await confirmed(terminal, options.yes === true))) return ExitCode.fine;
  await placed(arriving(moves, adopted.text));
  terminal.err(`lmcp: ${await wholeLog(target.auditLog, keyFolderOf(target))}\n`);
  terminal.err(`lmcp: to start it: lmcp serve --registry ${target.registryPath}\n`);
  terminal.err('lmcp: applications that use the bridge name the old registry: lmcp connect --all\n');
  terminal.err(`lmcp: once all works, remove ${files.map(({ path }) => path).join(' ')}\n`);
  return ExitCode.fine;
}

async function sourceIn(context: CommandContext, folder: string): Promise<RegistryFile> {
  const registryPath = resolve(context.terminal.cwd, folder, 'config', 'registry.yaml');
  if (!existsSync(registryPath))
    throw usageFailure(`there is no ${registryPath}: name a checkout or a Compose project`);
  return readRegistryFile({ ...context, registryPath });
}

function targetPath({ terminal }: CommandContext, to: string | undefined): string {
  const { env, cwd } = terminal;
  const home =
    env['LMCP_HOME'] ?? registryHome({ env, platform: process.platform, home: env['HOME'] ?? homedir() });
  return join(resolve(cwd, to ?? home), 'registry.yaml');
}

// eslint-disable-next-line @typescript-eslint/require-await -- placed() takes what comes from an archive, too
async function* arriving(
  moves: readonly { readonly from: Holding; readonly place: string }[],
  registry: string,
): AsyncGenerator<Arriving> {
  for (const { from, place } of moves) {
    if (from.name === registryName) yield { place, content: [Buffer.from(registry)] };
    else if (from.size === 0) yield { place, content: [] };
    else yield { place, content: createReadStream(from.path, { end: from.size - 1 }) };
  }
}
