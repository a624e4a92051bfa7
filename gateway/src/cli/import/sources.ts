import { resolve } from 'node:path';
import { readForeignFile } from '../../connect/foreignFile.ts';
import {
  applicationFiles,
  applicationsHere,
  readApplicationFile,
  type ApplicationFile,
} from '../../import/applicationFiles.ts';
import { asMeant } from '../../import/entry/asMeant.ts';
import type { Source } from '../../import/plan.ts';
import { readConfiguration } from '../../import/readConfiguration.ts';
import { knownApplication } from '../connect/applicationFile.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';
import type { Terminal } from '../output/terminal.ts';

interface SourceOptions {
  readonly from?: string;
  readonly client?: string;
}

/** What is to be imported: the file or stdin that is named, else the files of the application, or of all found here. */
export async function sourcesFor(
  terminal: Terminal,
  named: string,
  options: SourceOptions,
): Promise<readonly Source[]> {
  if (named !== '') return [await namedSource(terminal, named, options)];
  const { env, cwd } = terminal;
  const asked = options.from === undefined ? applicationsHere(env) : [knownApplication(options.from)];
  const files = asked.flatMap((application) => applicationFiles(application, env, cwd));
  const sources = await Promise.all(files.map((file) => fileSource(file, terminal, options)));
  return sources.filter(({ servers }) => servers.length > 0);
}

async function namedSource(terminal: Terminal, named: string, options: SourceOptions): Promise<Source> {
  const text =
    named === '-' ? await terminal.readStdin() : (await readForeignFile(resolve(terminal.cwd, named))).text;
  if (text === null) throw usageFailure(`${named}: no such file`);
  const read = readConfiguration(text);
  if (!read.ok) throw new CommandFailure(`${named} was not read: ${read.message}`);
  if (read.servers.length === 0) throw new CommandFailure(`${named} names no MCP server`);
  const application = options.from === undefined ? undefined : knownApplication(options.from);
  const { env } = terminal;
  const servers = read.servers.map((server) => asMeant(server, application?.variables, env));
  const client = options.client ?? application?.name ?? null;
  return { from: named === '-' ? 'stdin' : named, client, servers };
}

/** @throws CommandFailure where the file cannot be parsed: leaving it out silently would look like success */
async function fileSource(file: ApplicationFile, { env }: Terminal, options: SourceOptions): Promise<Source> {
  const read = await readApplicationFile(file, env);
  if (!read.ok) throw new CommandFailure(`${file.path} was not read: ${read.message}`);
  return { from: file.path, client: options.client ?? file.application.name, servers: read.servers };
}
