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
export function runSuite(suite: Suite, url: string): Promise<Results> {
  const [name, ...options] = suites[suite];
  return run(name, [...options, '--url', url]);
}

/**
 * The same results, less what passes when its scenario runs once more by itself: some of the checks give an answer 0.8 s, which a
 * machine that stalls for a moment takes from every server.
 */
export async function withoutAccidents(
  suite: Suite,
  url: string,
  results: Results,
  suspected: Iterable<string>,
): Promise<Results> {
  const [name, kind, value] = suites[suite];
  const revision = kind === '--requirements' ? ['--spec-version', value, '--force'] : [];
  const settled = new Map(results);
  for (const scenario of suspected) {
    const again = await run(name, [...revision, '--scenario', scenario, '--url', url]);
    const failed = again.get(scenario);
    const before = results.get(scenario);
    const codes = new Set(failed?.map(codeOf));
    if (failed !== undefined)
      settled.set(scenario, before?.filter((one) => codes.has(codeOf(one))) ?? failed);
  }
  return settled;
}

function run(name: string, options: readonly string[]): Promise<Results> {
  return runPackage(name, ['server', ...options]);
}

/**
 * Runs a suite, and reads what it wrote.
 * @param name of its package, as e2e/package.json has it
 * @param said gets what it writes, as it comes
 */
export async function runPackage(
  name: string,
  options: readonly string[],
  said?: (text: string) => void,
): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-conformance-'));
  const script = join(root, 'e2e/node_modules', name, 'dist/index.js');
  try {
    const child = spawn(process.execPath, [script, ...options, '-o', folder], {
      stdio: ['ignore', said === undefined ? 'ignore' : 'pipe', 'ignore'],
    });
    child.stdout?.setEncoding('utf8').on('data', said ?? (() => undefined));
    await new Promise((resolve) => child.once('close', resolve));
    return await readResults(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readResults(folder: string): Promise<Results> {
  const results = new Map<string, readonly string[]>();
  const files = await readdir(folder, { recursive: true });
  for (const file of files.filter((one) => one.endsWith('/checks.json')).sort()) {
    const checks = JSON.parse(await readFile(join(folder, file), 'utf8')) as Check[];
    const scenario = file.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    const failed = checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING');
    results.set(
      scenario,
      failed.map(({ id, status, errorMessage }) => `${id} ${status}: ${errorMessage ?? ''}`),
    );
  }
  return results;
}

function codeOf(failure: string): string {
  return failure.slice(0, failure.indexOf(' '));
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

/** What a suite finds through the gateway, and what of that does not pass although it passes directly. */
export async function compared(
  suite: Suite,
  direct: Results,
  url: string,
): Promise<{ through: Results; lost: string[] }> {
  const first = await runSuite(suite, url);
  const suspected = lostIn(direct, first).map(([scenario]) => scenario);
  const through = await withoutAccidents(suite, url, first, suspected);
  const lost = lostIn(direct, through).flatMap(([scenario, names]) =>
    names.map((one) => `${scenario}: ${one}`),
  );
  return { through, lost };
}

/** By scenario, in the words of the suite; those that lost nothing are left out. */
function lostIn(direct: Results, through: Results): [scenario: string, names: string[]][] {
  return [...direct]
    .map(([scenario, failures]): [string, string[]] => {
      const known = new Set(failures.map(codeOf));
      const found = through.get(scenario)?.filter((failure) => !known.has(codeOf(failure)));
      return [scenario, found ?? ['was not run']];
    })
    .filter(([, names]) => names.length > 0);
}
