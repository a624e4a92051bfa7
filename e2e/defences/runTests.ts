import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestChoice } from './claim.ts';
import { projectOf } from './project.ts';

/** A mutated program may wait without end. */
const limitMs = 5 * 60_000;

export interface TestOutcome {
  readonly passed: number;
  /** Names of the tests that failed. */
  readonly failed: readonly string[];
  /** The end of what vitest wrote, for the case that no test ran. */
  readonly output: string;
}

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** Runs the chosen tests in a checkout. */
export async function runTests(folder: string, { file, name }: TestChoice): Promise<TestOutcome> {
  const report = join(folder, 'defence-report.json');
  await rm(report, { force: true });
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs');
  const args = ['run', '--project', projectOf(file).name, file, '--reporter=json', `--outputFile=${report}`];
  const chosen = name === undefined ? [] : ['-t', literally(name)];
  // A group of its own: what the tests of a mutated program leave running ends with them.
  const child = spawn(process.execPath, [vitest, ...args, ...chosen], { cwd: folder, detached: true });
  const endAll = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // None of it is left.
    }
  };
  const late = AbortSignal.timeout(limitMs);
  late.addEventListener('abort', endAll);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => (output = (output + text).slice(-4_000)));
  }
  await new Promise((resolve) => child.once('exit', resolve));
  late.removeEventListener('abort', endAll);
  endAll();
  if (late.aborted) return { passed: 0, failed: [`no end within ${limitMs / 60_000} minutes`], output };
  const results = await readFile(report, 'utf8')
    .then((text) => (JSON.parse(text) as Report).testResults.flatMap((one) => one.assertionResults))
    .catch(() => []);
  return {
    passed: results.filter(({ status }) => status === 'passed').length,
    failed: results.filter(({ status }) => status === 'failed').map(({ title }) => title),
    output,
  };
}

/** Vitest takes names as patterns. */
function literally(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
