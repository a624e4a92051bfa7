import { constants } from 'node:fs';
import { open, rm, truncate, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { irregular } from '../fs/irregularFile.ts';

const runningGateway = z.object({
  pid: z.int().positive(),
  /** As clients of this machine call it; in LMCP's image the address that its port is published at. */
  host: z.string(),
  port: z.int().min(1).max(65_535),
  tls: z.boolean().default(false),
  /** Absolute; null where the gateway has no socket. */
  socket: z.string().startsWith('/').nullable(),
});

/** What the run file says of the gateway that writes an audit log. */
export type RunningGateway = Readonly<z.infer<typeof runningGateway>>;

/** Longer is no run file of ours. */
const maxBytes = 4_096;

/** Beside the lock of the log: one gateway at a time has both. */
export function runFilePath(auditLog: string): string {
  return `${auditLog}.run`;
}

/**
 * Writes the run file, mode 0600. In place: the folder of a log may be append-only, where nothing can be renamed. Only the
 * holder of the log's lock may call this.
 * @throws the file system's error; Error in words where something else has that name
 */
export async function writeRunFile(path: string, gateway: RunningGateway): Promise<void> {
  await using file = await openPlain(path, constants.O_WRONLY | constants.O_CREAT);
  await file.chmod(0o600);
  await file.truncate(0);
  await file.writeFile(`${JSON.stringify(gateway)}\n`);
}

/**
 * What a run file says; undefined where there is none, or half of one. The gateway may have been killed since: who reads it has
 * to ask at the socket or the address.
 * @throws the file system's error; Error in words where something else has that name
 */
export async function readRunFile(path: string): Promise<RunningGateway | undefined> {
  try {
    await using file = await openPlain(path, constants.O_RDONLY);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    const parsed = runningGateway.safeParse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
    return parsed.data;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** At a clean end; emptied where the folder lets nothing be removed. */
export async function removeRunFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => truncate(path));
}

/** Follows no link and waits for no other end of a pipe. */
async function openPlain(path: string, flags: number): Promise<FileHandle> {
  const file = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, 0o600);
  const kind = irregular(await file.stat());
  if (kind === undefined) return file;
  await file.close();
  throw new Error(`${path} is ${kind}, not a run file`);
}
