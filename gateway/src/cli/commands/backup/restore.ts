import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { z } from 'zod';
import { placeOf, registryName } from '../../backup/holdings.ts';
import { placed, wholeLog, type Arriving } from '../../backup/placed.ts';
import { keyFolderOf, targetOf, type Target } from '../../backup/target.ts';
import { unpacked, type TarFile } from '../../backup/tar.ts';
import type { CommandContext } from '../../commandContext.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';

const manifestSchema = z.object({ format: z.literal(1), sha256: z.record(z.string(), z.string()) });
/** A registry or a manifest is smaller. */
const mostText = 16 * 1024 ** 2;

/**
 * `lmcp restore <file>`: puts a backup where the registry of this command line is to be. It overwrites nothing, and places nothing
 * before all of it was read and compared with its digests.
 */
export async function restore(
  context: CommandContext,
  named: string,
  options: { readonly dryRun?: true },
): Promise<ExitCode> {
  const { terminal, registryPath } = context;
  const path = resolve(terminal.cwd, named);
  const seen = await listed(path, registryPath).catch((error: unknown) => {
    throw error instanceof CommandFailure ? error : damaged(path, (error as Error).message);
  });
  for (const place of seen.places) terminal.out(`${place}\n`);
  if (options.dryRun === true) return ExitCode.fine;
  await placed(arriving(path, seen.target));
  terminal.err(`lmcp: ${await wholeLog(seen.target.auditLog, keyFolderOf(seen.target))}\n`);
  terminal.err(`lmcp: restored; to start it: ${context.commandLine('serve')}\n`);
  return ExitCode.fine;
}

interface Listed {
  readonly target: Target;
  readonly places: readonly string[];
}

/** Reads all of it once: every digest is compared before anything is written. */
async function listed(path: string, registryPath: string): Promise<Listed> {
  const digests = new Map<string, string>();
  let [registry, manifest] = ['', ''];
  for await (const { name, size, content } of filesOf(path)) {
    const isText = name === registryName || name === 'manifest.json';
    if (isText && size > mostText) throw damaged(path, `${name} is too large`);
    const hash = createHash('sha256');
    const pieces: Uint8Array[] = [];
    for await (const piece of content) {
      hash.update(piece);
      if (isText) pieces.push(piece);
    }
    const text = Buffer.concat(pieces).toString('utf8');
    if (name === 'manifest.json') manifest = text;
    else digests.set(name, hash.digest('hex'));
    if (name === registryName) registry = text;
  }
  const read = manifestSchema.safeParse(parsed(manifest));
  if (!read.success) throw damaged(path, 'it has no manifest');
  const expected = Object.entries(read.data.sha256);
  const differs = expected.find(([name, digest]) => digests.get(name) !== digest)?.[0];
  if (differs !== undefined) throw damaged(path, `${differs} is not as it was written`);
  if (expected.length !== digests.size || !digests.has(registryName))
    throw damaged(path, 'it holds other files than its manifest says');
  const target = targetOf(registryPath, registry);
  return { target, places: [...digests.keys()].map((name) => placeOf(name, target)) };
}

async function* arriving(path: string, target: Target): AsyncGenerator<Arriving> {
  for await (const { name, content } of filesOf(path)) {
    // It is the last one: what follows it is not read.
    if (name === 'manifest.json') return;
    yield { place: placeOf(name, target), content };
  }
}

function filesOf(path: string): AsyncGenerator<TarFile> {
  return unpacked(pipeline(createReadStream(path), createGunzip(), () => undefined));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(path: string, why: string): CommandFailure {
  return new CommandFailure(`${path} can't be restored: ${why}. Nothing was written`);
}
