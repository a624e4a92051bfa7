import { posix, win32 } from 'node:path';
import { parseEnv } from 'node:util';
import { isRecord } from '../json/isRecord.ts';
import { readForeignFile } from '../connect/foreignFile.ts';
import type { FoundServer } from './found.ts';

/**
 * An entry with the variables of its `envFile` under `env`, where it names a file that can be read; its own variables win, as in
 * the application. Else the entry as it is, of which the report says that the file was not read.
 * @param home of the person
 */
export async function withEnvFile(server: FoundServer, home: string): Promise<FoundServer> {
  const { envFile, ...entry } = server.entry;
  if (typeof envFile !== 'string') return server;
  const path = pathOf(envFile, server.project, home);
  if (path === undefined) return server;
  const text = await readForeignFile(path).then(
    (file) => file.text,
    () => null,
  );
  if (text === null) return server;
  const own = isRecord(entry['env']) ? entry['env'] : {};
  return { ...server, entry: { ...entry, env: { ...parseEnv(text), ...own } } };
}

/** Undefined where another variable is in it, or where it is relative and belongs to no project. */
function pathOf(written: string, project: string | null, home: string): string | undefined {
  const path = written.replace(/^~(?=[\\/])/, () => home);
  if (path.includes('${')) return undefined;
  const isAbsolute = posix.isAbsolute(path) || win32.isAbsolute(path);
  if (isAbsolute) return path;
  return project === null ? undefined : posix.join(project, path);
}
