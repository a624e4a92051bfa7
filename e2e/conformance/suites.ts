import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../harness/gateway.ts';

/** The published suites, as e2e/package.json pins them, and how each is asked for what it has. */
export const suites = {
  '0.1.16, all': ['conformance-2025', '--suite', 'all'],
  '0.2.0-alpha.12, 2025-11-25': ['conformance-2026', '--requirements', '2025-11-25'],
  '0.2.0-alpha.12, 2026-07-28': ['conformance-2026', '--requirements', '2026-07-28'],
} as const;
export type Suite = keyof typeof suites;

/** By scenario, what its checks did not pass; an empty list is a pass. */
export type Results = ReadonlyMap<string, readonly string[]>;

interface Check {
  readonly id: string;
  readonly status: string;
  readonly errorMessage?: string;
}

/** Runs all server scenarios of a suite against an address. */
export async function runSuite(suite: Suite, url: string): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-conformance-'));
  const [name, ...options] = suites[suite];
  const script = join(root, 'e2e/node_modules', name, 'dist/index.js');
  try {
    const child = spawn(process.execPath, [script, 'server', '--url', url, ...options, '-o', folder], {
      stdio: 'ignore',
    });
    await new Promise((resolve) => child.once('close', resolve));
    return await readResults(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readResults(folder: string): Promise<Results> {
  const results = new Map<string, readonly string[]>();
  for (const run of (await readdir(folder)).sort()) {
    const text = await readFile(join(folder, run, 'checks.json'), 'utf8').catch(() => '[]');
    const checks = JSON.parse(text) as Check[];
    const scenario = run.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
    results.set(
      scenario,
      failed.map(({ id, status, errorMessage }) => `${id} ${status}: ${errorMessage ?? ''}`),
    );
  }
  return results;
}

/** A line a scenario: directly, and through the gateway. */
export function table(direct: Results, through: Results): string {
  const verdict = (failed: readonly string[] | undefined): string =>
    failed === undefined ? 'not run' : failed.length === 0 ? 'passes' : `fails ${failed.length}`;
  const width = Math.max(...[...direct.keys()].map(({ length }) => length));
  return [...direct.keys()]
    .map((scenario) => {
      const columns = [verdict(direct.get(scenario)).padEnd(9), verdict(through.get(scenario))];
      return `${scenario.padEnd(width)}  ${columns.join('  ')}`;
    })
    .join('\n');
}

/** What passes directly and not through the gateway, with the words of the suite. */
export function lost(direct: Results, through: Results): string[] {
  const code = (failure: string): string => failure.slice(0, failure.indexOf(' '));
  return [...direct].flatMap(([scenario, failures]) => {
    const known = new Set(failures.map(code));
    const found = through.get(scenario);
    if (found === undefined) return [`${scenario}: was not run`];
    return found.filter((failure) => !known.has(code(failure))).map((failure) => `${scenario}: ${failure}`);
  });
}
