import { mkdir, readFile, realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../fs/replaceFile.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const schema = z.array(z.string());
/** Older ones are forgotten: they have to be named then. */
const maxPaths = 200;

/** Remembers that LMCP wrote this registry for its user, in a folder that is the user's own. @throws the file system's error */
export async function rememberWritten(registryPath: string, env: Environment): Promise<void> {
  const record = recordPath(env);
  if (record === undefined) return;
  const path = await realpath(registryPath);
  const others = (await read(record)).filter((each) => each !== path);
  await mkdir(dirname(record), { recursive: true, mode: 0o700 });
  await replaceFile(record, JSON.stringify([...others, path].slice(-maxPaths)));
}

/** Whether LMCP wrote the registry that is at this path. */
export async function isWritten(registryPath: string, env: Environment): Promise<boolean> {
  const record = recordPath(env);
  return record !== undefined && (await read(record)).includes(await realpath(registryPath));
}

/** XDG Base Directory Specification, `XDG_STATE_HOME`; on Windows the application data of this machine. */
function recordPath(env: Environment): string | undefined {
  const { XDG_STATE_HOME: state = '', HOME: home = '', LOCALAPPDATA: local = '' } = env;
  const folder = isAbsolute(state) ? state : isAbsolute(home) ? join(home, '.local', 'state') : local;
  return isAbsolute(folder) ? join(folder, 'lmcp', 'registries.json') : undefined;
}

async function read(record: string): Promise<readonly string[]> {
  try {
    return schema.parse(JSON.parse(await readFile(record, 'utf8')));
  } catch {
    return [];
  }
}
