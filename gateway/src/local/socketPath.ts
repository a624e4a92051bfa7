import { hash } from 'node:crypto';
import { lstat, mkdir, realpath, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { folderFault, type Person } from './folderFault.ts';

/** unix(7): 108 bytes with the NUL at the end; macOS has 104. Node would cut a longer path. */
export const maxSocketPathBytes = process.platform === 'linux' ? 107 : 103;

export interface SocketPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly person: Person;
  readonly tmp?: string;
}

/**
 * The path of the socket of the gateway that writes a log, in a folder that is ours alone (made where it is missing); a socket
 * that a killed gateway left there is gone. Only the holder of the log's lock may call this.
 * @throws Error in words: each folder that was tried, and what is wrong with it
 */
export async function makeSocketPath(auditLog: string, places: SocketPlaces): Promise<string> {
  const name = await socketName(auditLog);
  const faults: string[] = [];
  for (const folder of candidates(places)) {
    const path = join(folder, name);
    const fault = tooLong(path) ?? (await makeFolder(folder)) ?? (await folderFault(folder, places.person));
    if (fault === undefined) {
      await rm(path, { force: true });
      return path;
    }
    faults.push(fault);
  }
  throw new Error(faults.join('; '));
}

/** What keeps us from sending tokens to a socket; undefined where its folder and itself are ours alone. */
export async function socketFault(path: string, person: Person): Promise<string | undefined> {
  const fault = await folderFault(dirname(path), person);
  if (fault !== undefined) return fault;
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket() !== true) return `${path} is not a socket`;
  return found.uid === person.uid ? undefined : `${path} belongs to user ${found.uid}`;
}

/** Short, and another for each log: also for logs that two containers know by one name. */
async function socketName(auditLog: string): Promise<string> {
  const folder = await realpath(dirname(auditLog));
  const { dev, ino } = await stat(folder);
  const digest = hash('sha256', JSON.stringify([dev, ino, join(folder, basename(auditLog))]), 'hex');
  return `${digest.slice(0, 16)}.sock`;
}

/** XDG Base Directory Specification, `XDG_RUNTIME_DIR`; a relative one is to be ignored. */
function candidates({ env, person, tmp = tmpdir() }: SocketPlaces): string[] {
  const runtime = env['XDG_RUNTIME_DIR'] ?? '';
  return [...(isAbsolute(runtime) ? [join(runtime, 'lmcp')] : []), join(tmp, `lmcp-${person.uid}`)];
}

function tooLong(path: string): string | undefined {
  const bytes = Buffer.byteLength(path);
  return bytes > maxSocketPathBytes
    ? `${path} is longer than a socket's path may be (${maxSocketPathBytes} bytes)`
    : undefined;
}

async function makeFolder(path: string): Promise<string | undefined> {
  try {
    await mkdir(path, { mode: 0o700 });
    return undefined;
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return code === 'EEXIST' ? undefined : `${path} cannot be made (${code})`;
  }
}
