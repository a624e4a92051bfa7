import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { besideFile } from '../fs/besideFile.ts';
import { replaceFile } from '../fs/replaceFile.ts';
import type { Definition } from './toolDefinition.ts';

/** What the operator has looked at: definitions of tools by server and tool. */
export type Acknowledged = ReadonlyMap<string, ReadonlyMap<string, Definition>>;

const pairs = <V extends z.ZodType>(value: V) => z.array(z.tuple([z.string(), value]));
/** Lists of pairs, since names of servers' tools are no safe keys. */
const schema = z.strictObject({ version: z.literal(1), servers: pairs(pairs(pairs(z.string()))) });

/** Beside the registry, also where that is a symbolic link: what was approved by its digests, and the folder of its texts. */
export async function toolMarksPaths(
  registryPath: string,
): Promise<{ readonly digests: string; readonly texts: string }> {
  const beside = (name: string): Promise<string> => besideFile(registryPath, name);
  return { digests: await beside('.tools-acknowledged.json'), texts: await beside('.tools-approved') };
}

/**
 * Undefined where there is no file yet.
 * @throws the file system's error; SyntaxError or ZodError for a file that holds something else
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

/** Replaces the file (0600) whole. @throws the file system's error; the old file is kept then */
export async function writeToolMarks(path: string, acknowledged: Acknowledged): Promise<void> {
  const servers = [...acknowledged].map(([id, tools]) => [
    id,
    [...tools].map(([name, parts]) => [name, [...parts]]),
  ]);
  await replaceFile(path, `${JSON.stringify({ version: 1, servers })}\n`);
}
