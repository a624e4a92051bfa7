import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { besideFile } from '../../fs/besideFile.ts';
import { makeDurableFolder } from '../../fs/durableFolder.ts';
import { replaceFile } from '../../fs/replaceFile.ts';
import type { AnsweredError } from '../../errors.ts';
import { answeredWith, type Item, type Kind } from '../items.ts';
import { noteRejection, rejectionOf } from '../unsupportedList.ts';
import type { Remembered, RememberedServer } from './remembered.ts';

const kind = z.enum(['tools', 'prompts', 'resources', 'templates'] satisfies Kind[]);
const object = z.record(z.string(), z.unknown());
const variant = z.strictObject({
  key: z.string(),
  era: z.enum(['legacy', 'modern']),
  initialize: object,
  /** `list`: its index in `lists`. */
  lists: z.array(
    z.strictObject({
      kind,
      at: z.number(),
      list: z.int().nonnegative(),
      before: z.int().nonnegative().exactOptional(),
      apart: z.literal(true).exactOptional(),
      /** The JSON-RPC error that the server answered instead of a list; `list` is empty then. */
      rejection: z
        .strictObject({ code: z.number(), message: z.string(), data: z.unknown().exactOptional() })
        .exactOptional(),
    }),
  ),
});
/** Each list is stored once: several kinds of clients usually get the same. */
const schema = z.strictObject({
  version: z.literal(1),
  definition: z.string(),
  lists: z.array(z.array(object)),
  variants: z.array(variant),
});

/** Maximum file size in bytes: a larger file is not read, since no stored list is that large. */
const maxBytes = 256 * 1024 ** 2;
const ending = '.json';

/** Beside the registry, even if that is a symbolic link. */
export function memoryFolder(registryPath: string): Promise<string> {
  return besideFile(registryPath, '.lists');
}

/**
 * Reads the stored lists of all servers, by id; an unusable file counts as absent.
 * @param onUnusable called for each such file
 */
export async function readMemory(
  folder: string,
  onUnusable: (path: string, why: string) => void,
): Promise<Map<string, RememberedServer>> {
  const names = await readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onUnusable(folder, reason(error));
    return [];
  });
  const found = names.filter((name) => name.endsWith(ending) && !name.startsWith('.'));
  const read = await Promise.all(
    found.map(async (name): Promise<[string, RememberedServer][]> => {
      const path = join(folder, name);
      try {
        return [[name.slice(0, -ending.length), await readServer(path)]];
      } catch (error) {
        onUnusable(path, reason(error));
        return [];
      }
    }),
  );
  return new Map(read.flat());
}

async function readServer(path: string): Promise<RememberedServer> {
  if ((await stat(path)).size > maxBytes) throw new Error('it is too large');
  const { definition, lists, variants } = schema.parse(JSON.parse(await readFile(path, 'utf8')));
  return {
    definition,
    variants: variants.map(({ key, era, initialize, lists: own }) => ({
      key,
      described: { era, initializeResult: initialize },
      lists: new Map(
        own.map(({ kind: of, at, list, before, apart, rejection }) => {
          const items = lists[list] ?? [];
          if (rejection) noteRejection(items, answeredWith(of, rejection));
          const earlier = before !== undefined && { before: lists[before] ?? [] };
          return [of, { at, items, ...earlier, ...(apart && { apart }) }];
        }),
      ),
    })),
  };
}

/** Atomically replaces the file of a server (0600). @throws the file system's error; the old file is kept then */
export async function writeServer(
  folder: string,
  serverId: string,
  { definition, variants }: RememberedServer,
): Promise<void> {
  await makeDurableFolder(folder);
  const lists = [
    ...new Set(
      variants.flatMap((one) =>
        [...one.lists.values()].flatMap(({ items, before }) => [items, before ?? items]),
      ),
    ),
  ];
  const places = new Map(lists.map((items, place) => [items, place]));
  const text = JSON.stringify({
    version: 1,
    definition,
    lists,
    variants: variants.map((one) => stored(one, places)),
  });
  await replaceFile(join(folder, serverId + ending), text);
}

export async function removeServer(folder: string, serverId: string): Promise<void> {
  await rm(join(folder, serverId + ending), { force: true });
}

function stored(
  { key, described, lists }: Remembered,
  places: ReadonlyMap<readonly Item[], number>,
): z.input<typeof variant> {
  return {
    key,
    era: described.era,
    initialize: described.initializeResult,
    lists: [...lists].map(([of, { at, items, before, apart }]) => {
      const rejection = rejectionOf(items)?.rpc;
      return {
        kind: of,
        at,
        list: places.get(items) ?? 0,
        ...(before && { before: places.get(before) ?? 0 }),
        ...(apart && { apart }),
        ...(rejection && { rejection: storedError(rejection) }),
      };
    }),
  };
}

/** Without members that JSON-RPC does not define. */
function storedError({ code, message, data }: AnsweredError['rpc']): AnsweredError['rpc'] {
  return { code, message, ...(data !== undefined && { data }) };
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError || error instanceof SyntaxError) return 'it holds something else';
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
