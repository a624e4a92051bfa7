import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Application } from '../../connect/applications/application.ts';
import { readForeignFile } from '../../connect/foreignFile.ts';
import { entriesOf, readFile } from '../../connect/edit/editFile.ts';
import { readConfiguration, serversOfProjects } from '../../import/readConfiguration.ts';
import type { FoundServer } from '../../import/found.ts';
import type { Source } from '../../import/plan.ts';
import { withEnvFile } from './withEnvFile.ts';
import { filesOf, foundApplications, homeOf, knownApplication } from '../connect/applicationFile.ts';
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
  const asked = options.from === undefined ? foundApplications(terminal) : [knownApplication(options.from)];
  const files = asked.flatMap((application) => filesWith(application, terminal));
  const home = homeOf(terminal.env);
  const sources = await Promise.all(files.map((file) => fileSource(file, options, home)));
  return sources.filter(({ servers }) => servers.length > 0);
}

async function namedSource(terminal: Terminal, named: string, options: SourceOptions): Promise<Source> {
  const text =
    named === '-' ? await terminal.readStdin() : (await readForeignFile(resolve(terminal.cwd, named))).text;
  if (text === null) throw usageFailure(`${named}: no such file`);
  const read = readConfiguration(text);
  if (!read.ok) throw new CommandFailure(`${named} was not read: ${read.message}`);
  if (read.servers.length === 0) throw new CommandFailure(`${named} names no MCP server`);
  const client = options.client ?? (options.from === undefined ? null : knownApplication(options.from).name);
  return { from: named === '-' ? 'stdin' : named, client, servers: read.servers };
}

interface ApplicationFile {
  readonly application: Application;
  readonly path: string;
  readonly project: string | null;
}

function filesWith(application: Application, terminal: Terminal): readonly ApplicationFile[] {
  const files = filesOf(application, terminal);
  const own = files.map((path) => ({ application, path, project: null }));
  // In the home folder the person's own file is where a project would have its.
  const ofProject = application.projectFiles
    .map((file) => resolve(terminal.cwd, file))
    .filter((path) => !files.includes(path))
    .map((path) => ({ application, path, project: terminal.cwd }));
  return [...own, ...ofProject].filter(({ path }) => existsSync(path));
}

/** @throws CommandFailure where the file cannot be parsed: leaving it out silently would look like success */
async function fileSource(
  { application, path, project }: ApplicationFile,
  options: SourceOptions,
  home: string,
): Promise<Source> {
  const { text } = await readForeignFile(path);
  const client = options.client ?? application.name;
  const read = readFile(application.format, text ?? '');
  if (!read.ok) throw new CommandFailure(`${path} was not read: ${read.message}`);
  const own: readonly FoundServer[] = [...entriesOf(read.value, application.place)].map(([name, entry]) => ({
    name,
    entry,
    project,
  }));
  const ofProjects = application.name === 'claude-code' ? serversOfProjects(read.value) : [];
  const servers = [...own, ...ofProjects].map((server) => withEnvFile(server, home));
  return { from: path, client, servers: await Promise.all(servers) };
}
