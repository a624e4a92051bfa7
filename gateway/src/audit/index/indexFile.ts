import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Summary } from './summary.ts';

const count = z.int().nonnegative();
const name = z.string().nullable();
const group = z.tuple([z.number(), name, name, name, z.boolean(), count]);
const schema = z.strictObject({
  version: z.literal(1),
  /** The last line that is summarized: it holds the hash of the line before it, and so on to the first. */
  last: z.strictObject({ start: count, end: count, sha256: z.string() }),
  summaries: z.array(
    z.strictObject({
      start: count,
      end: count,
      times: z.tuple([z.string(), z.string()]).nullable(),
      unit: z.int().positive(),
      groups: z.array(group).nullable(),
    }),
  ),
});

/** A line by its place in the segment (bytes) and its content without the newline. */
export interface KnownLine {
  readonly start: number;
  readonly end: number;
  readonly sha256: string;
}

/** What is known of one segment. */
export interface SegmentIndex {
  readonly last: KnownLine;
  /** Oldest first, without overlaps. */
  readonly summaries: readonly Summary[];
}

/** A larger file is none of ours: the index of a segment has some hundred kilobytes. */
const maxBytes = 64 * 1024 ** 2;

/**
 * Reads the index of a segment; undefined where there is none.
 * @throws Error where the file is not usable
 */
export async function readIndex(path: string): Promise<SegmentIndex | undefined> {
  const size = await stat(path).then(
    (stats) => stats.size,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    },
  );
  if (size === undefined) return undefined;
  if (size > maxBytes) throw new Error('it is too large');
  const { last, summaries } = schema.parse(JSON.parse(await readFile(path, 'utf8')));
  return {
    last,
    summaries: summaries.map((each) => ({
      ...each,
      groups:
        each.groups?.map(([at, client, server, outcome, ends, lines]) => ({
          ...{ at, client, server, outcome, ends },
          count: lines,
        })) ?? null,
    })),
  };
}

/**
 * Replaces the index of a segment (mode 0600, in a folder of mode 0700). It does not wait for the disk, which the audit log needs: a
 * file that a crash leaves incomplete is rebuilt.
 * @throws the file system's error
 */
export async function writeIndex(path: string, { last, summaries }: SegmentIndex): Promise<void> {
  const stored: z.infer<typeof schema> = {
    version: 1,
    last,
    summaries: summaries.map((each) => ({
      ...each,
      times: each.times === null ? null : [...each.times],
      groups: each.groups?.map((of) => [of.at, of.client, of.server, of.outcome, of.ends, of.count]) ?? null,
    })),
  };
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    await writeFile(temporary, JSON.stringify(stored), { mode: 0o600, flag: 'wx' });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}
