import { parseArgs } from 'node:util';
import type { Claim } from './claim.ts';
import { projectNames, projectOf } from './project.ts';

export interface Selection {
  /** Texts of which one must occur in the claim, its promise, its file or its test file; empty: every claim. */
  readonly filters: readonly string[];
  /** Of vitest.config.ts. */
  readonly project: string | undefined;
  readonly shard: Shard;
  /** Tests that run at the same time. */
  readonly jobs: number;
}

interface Shard {
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** @throws Error about an argument that is not understood */
export function readSelection(args: readonly string[]): Selection {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      project: { type: 'string' },
      shard: { type: 'string', default: '1/1' },
      jobs: { type: 'string', default: '2' },
    },
  });
  return {
    filters: positionals,
    project: readProject(values.project),
    shard: readShard(values.shard),
    jobs: readJobs(values.jobs),
  };
}

/** The claims of the selection. Shards take turns, so that each gets its share of slow tests. */
export function selected(claims: readonly Claim[], { filters, project, shard }: Selection): readonly Claim[] {
  return claims
    .filter((claim) => project === undefined || projectOf(claim.test.file).name === project)
    .filter((claim) => filters.length === 0 || filters.some((text) => isAbout(claim, text)))
    .filter((_, i) => i % shard.count === shard.index - 1);
}

function isAbout({ claim, promise, file, test }: Claim, text: string): boolean {
  return [claim, promise, file, test.file].some((part) => part.includes(text));
}

function readProject(text: string | undefined): Selection['project'] {
  if (text === undefined || projectNames.includes(text)) return text;
  throw new Error(`--project must be one of ${projectNames.join(', ')}, not ${text}`);
}

function readShard(text: string): Shard {
  const [index = 0, count = 0] = text.split('/').map(Number);
  if (Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count)
    return { index, count };
  throw new Error(`--shard must be like 1/4, not ${text}`);
}

function readJobs(text: string): number {
  const jobs = Number(text);
  if (Number.isInteger(jobs) && jobs >= 1) return jobs;
  throw new Error(`--jobs must be a whole number from 1, not ${text}`);
}
