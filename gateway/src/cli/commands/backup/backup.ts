import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { version } from '../../../version.ts';
import { holdingsOf, stateOf, type Holding, type Holdings } from '../../backup/holdings.ts';
import { packed, type TarFile } from '../../backup/tar.ts';
import { writeNew } from '../../backup/writeNew.ts';
import type { CommandContext } from '../../commandContext.ts';
import { CommandFailure, ExitCode, usageFailure } from '../../exitCodes.ts';
import { oneLine } from '../../output/printer.ts';
import { printJson } from '../../output/printJson.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';

/** How often it begins again where the registry changes meanwhile. */
const attempts = 5;

/** `lmcp backup [file]`: everything of a gateway in one file, mode 0600, whether the gateway runs or not. */
export async function backup(
  context: CommandContext,
  named: string,
  options: { readonly json?: true },
): Promise<ExitCode> {
  const { terminal } = context;
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  const path = resolve(terminal.cwd, named === '' ? `lmcp-backup-${stamp}.tar.gz` : named);
  const { files, outside } = await written(context, path);
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (options.json === true) {
    printJson(terminal, { path, files: files.map(({ name, size }) => ({ name, size })), not_in_it: outside });
    return ExitCode.fine;
  }
  terminal.err(`lmcp: ${files.length} files, ${bytes} bytes, are in ${path}, mode 0600\n`);
  terminal.err('lmcp: it holds tokens, keys and secrets: anybody who can read it can use them\n');
  for (const each of outside) terminal.err(`lmcp: not in it: ${oneLine(each)}\n`);
  return ExitCode.fine;
}

/** Begins again where the registry or the secrets changed while they were read: both belong together. */
async function written(context: CommandContext, path: string): Promise<Holdings> {
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const file = await readRegistryFile(context);
    const before = await stateOf(file.path);
    const holdings = await holdingsOf(file);
    await writeArchive(path, holdings.files);
    if ((await stateOf(file.path)) === before) return holdings;
    await rm(path);
  }
  throw new CommandFailure('the registry changed again and again while it was read; try again');
}

async function writeArchive(path: string, files: readonly Holding[]): Promise<void> {
  if (existsSync(path)) throw usageFailure(`${path} is there already: name another file`);
  const archive = pipeline(Readable.from(packed(entriesOf(files))), createGzip(), () => undefined);
  try {
    await writeNew(path, archive);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** The manifest comes last: it has the digest of everything before it. */
// eslint-disable-next-line @typescript-eslint/require-await -- its contents are read while it waits
async function* entriesOf(files: readonly Holding[]): AsyncGenerator<TarFile> {
  const digests: Record<string, string> = {};
  for (const { name, path, size } of files) {
    const hash = createHash('sha256');
    const content = async function* (): AsyncGenerator<Uint8Array> {
      if (size === 0) return;
      for await (const piece of createReadStream(path, { end: size - 1 })) {
        hash.update(piece as Buffer);
        yield piece as Buffer;
      }
    };
    yield { name, size, content: content() };
    digests[name] = hash.digest('hex');
  }
  const manifest = Buffer.from(
    JSON.stringify({ format: 1, lmcp: version, created: new Date().toISOString(), sha256: digests }, null, 2),
  );
  yield { name: 'manifest.json', size: manifest.length, content: [manifest] };
}
