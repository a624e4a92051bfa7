import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { besideFile } from '../fs/besideFile.ts';
import { replaceFile } from '../fs/replaceFile.ts';
import type { Definition } from './toolDefinition.ts';

/** Approved definitions by server and tool. */
export type Acknowledged = ReadonlyMap<string, ReadonlyMap<string, Definition>>;

const pairs = <V extends z.ZodType>(value: V) => z.array(z.tuple([z.string(), value]));
/** Lists of pairs, since tool names are not safe as keys. */
const schema = z.strictObject({ version: z.literal(1), servers: pairs(pairs(pairs(z.string()))) });

/** Paths beside the registry, even if that is a symbolic link: the digests of approvals, and the folder of their texts. */
export async function toolMarksPaths(
  registryPath: string,
): Promise<{ readonly digests: string; readonly texts: string }> {
  const beside = (name: string): Promise<string> => besideFile(registryPath, name);
  return { digests: await beside('.tools-acknowledged.json'), texts: await beside('.tools-approved') };
}

/**
 * Returns undefined if the file doesn't exist.
 * @throws the file system's error; SyntaxError or ZodError for a malformed file
 */
export async function readToolMarks(path: string): Promise<Acknowledged | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { servers } = schema.parse(JSON.parse(text));
  return new Map(
    servers.map(([id, tools]) => [id, new Map(tools.map(([name, parts]) => [name, new Map(parts)]))]),
  );
}

/** Replaces the file (0600) atomically. @throws the file system's error; the old file is kept then */
export async function writeToolMarks(path: string, acknowledged: Acknowledged): Promise<void> {
  const servers = [...acknowledged].map(([id, tools]) => [
    id,
    [...tools].map(([name, parts]) => [name, [...parts]]),
  ]);
  await replaceFile(path, `${JSON.stringify({ version: 1, servers })}\n`);
}
