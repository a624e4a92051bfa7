import { resolve } from 'node:path';
import { bundledServers } from '../../import/catalogue/bundledServers.ts';
import { readServerJson, type ServerJson } from '../../import/catalogue/serverJson.ts';
import { readForeignFile } from '../../connect/foreignFile.ts';
import { isLoopbackHost } from '../../addresses/loopbackHost.ts';
import { CommandFailure, usageFailure } from '../exitCodes.ts';
import type { Terminal } from '../output/terminal.ts';

/** How long a fetch may take, in milliseconds, and how much it may give, in bytes. */
const [patienceMs, mostBytes] = [15_000, 8 * 1024 ** 2];

/**
 * The servers to choose from: those that come with LMCP, else those of the file or URL that the person names.
 * @throws CommandFailure where there is nothing to read
 */
export async function catalogueOf(
  terminal: Terminal,
  from: string | undefined,
): Promise<readonly ServerJson[]> {
  if (from === undefined) return bundledServers;
  const text = /^https?:\/\//.test(from) ? await fetched(from) : await fileText(terminal, from);
  const read = readServerJson(text);
  if (!read.ok) throw new CommandFailure(`${from} was not read: ${read.message}`);
  return read.servers;
}

async function fileText(terminal: Terminal, named: string): Promise<string> {
  const { text } = await readForeignFile(resolve(terminal.cwd, named));
  if (text === null) throw usageFailure(`${named}: no such file`);
  return text;
}

/** What it says decides which program is started: it comes by https, or from this machine, and from where the person said. */
async function fetched(from: string): Promise<string> {
  const url = URL.parse(from);
  if (url === null) throw usageFailure(`${from} is not a URL`);
  if (url.protocol !== 'https:' && !isLoopbackHost(url.hostname))
    throw usageFailure(`${from} is on another machine: use https`);
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const response = await fetch(url, { signal, redirect: 'error', headers: { Accept: 'application/json' } });
    if (!response.ok) throw new Error(`the answer is HTTP ${response.status}`);
    return await boundedText(response);
  } catch (error) {
    const { message, cause } = error as Error;
    throw new CommandFailure(`${from} was not fetched: ${cause instanceof Error ? cause.message : message}`);
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk as Uint8Array);
    size += (chunk as Uint8Array).length;
    if (size > mostBytes) throw new Error(`the answer is larger than ${mostBytes / 1024 ** 2} MiB`);
  }
  return Buffer.concat(chunks).toString('utf8');
}
