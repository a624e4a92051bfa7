import { messageOf } from '../errors.ts';
import { chmod } from 'node:fs/promises';
import type { Endpoint } from '../endpoint.ts';
import type { HttpServer } from '../http/server.ts';
import { ourselves } from '../local/folderFault.ts';
import { removeRunFile, runFilePath, writeRunFile } from '../local/runFile.ts';
import { makeSocketPath } from '../local/socketPath.ts';
import type { Logger } from '../logger.ts';

export interface FindableParts {
  readonly http: HttpServer;
  readonly endpoint: Endpoint;
  readonly auditLog: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly logger: Logger;
}

/**
 * Lets commands find this gateway: listens on a Unix socket and writes the run file beside the log, whose lock this process
 * holds. What fails is warned of: clients need neither.
 * @returns removes the run file; the socket ends with the server
 */
export async function makeFindable(parts: FindableParts): Promise<() => Promise<void>> {
  const { endpoint, auditLog, logger } = parts;
  const socket = await openSocket(parts);
  const path = runFilePath(auditLog);
  try {
    await writeRunFile(path, { pid: process.pid, ...endpoint, socket });
  } catch (error) {
    logger.warn(`${path} cannot be written, so lmcp commands do not find this gateway: ${messageOf(error)}`);
    return () => Promise.resolve();
  }
  return () =>
    removeRunFile(path).catch((error: unknown) => {
      logger.warn(`${path} cannot be removed: ${messageOf(error)}`);
    });
}

/** Null where there is none: on Windows, and where no folder is fit for it. */
async function openSocket({ http, auditLog, env, logger }: FindableParts): Promise<string | null> {
  const person = ourselves();
  if (person === undefined) return null;
  try {
    const path = await makeSocketPath(auditLog, { env, person });
    await http.listenAtSocket(path);
    await chmod(path, 0o600);
    return path;
  } catch (error) {
    logger.warn(`no Unix socket for lmcp commands, which use the port instead: ${messageOf(error)}`);
    return null;
  }
}
