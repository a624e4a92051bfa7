import { expect, it } from 'vitest';
import {
  closingLine,
  countTests,
  describeFailures,
  describeUnstable,
  failedFiles,
  sum,
  withSecondRun,
} from './testReport.mjs';

const file = (status, ...tests) => ({ status, assertionResults: tests.map((each) => ({ status: each })) });

it('counts every test, and as skipped whatever did not run', () => {
  const testResults = [
    file('passed', 'passed', 'passed', 'pending'),
    file('failed', 'failed', 'todo', 'skipped'),
  ];
  expect(countTests({ testResults })).toEqual({ passed: 2, failed: 1, skipped: 3 });
});

it('counts a file that could not be loaded as a failure', () => {
  const testResults = [file('failed'), file('failed', 'passed')];
  expect(countTests({ testResults })).toEqual({ passed: 1, failed: 2, skipped: 0 });
});

it('closes with one plain line over all runs', () => {
  const counts = [
    { passed: 400, failed: 0, skipped: 0 },
    { passed: 12, failed: 1, skipped: 2 },
  ];
  expect(closingLine(sum(counts))).toBe('412 passed, 1 failed, 2 skipped');
});

it('names each failed test at the end, with the beginning of what it said', () => {
  const long = Array.from({ length: 40 }, (_, line) => `    at line ${line}`).join('\n');
  const missing = 'Error: /there/node_modules/x is missing\n    at run (/there/node_modules/vitest/run.js:1)';
  const testResults = [
    {
      name: '/there/e2e/http.test.ts',
      status: 'failed',
      assertionResults: [
        { status: 'passed', fullName: 'the gateway answers' },
        {
          status: 'failed',
          fullName: 'the gateway rejects',
          failureMessages: [`Error: expected 1\n\n${long}`],
        },
      ],
    },
    { name: '/there/e2e/broken.test.ts', status: 'failed', message: missing, assertionResults: [] },
    { name: '/there/e2e/good.test.ts', status: 'passed', assertionResults: [] },
  ];
  const [rejects, broken, ...others] = describeFailures({ testResults }, '/there');
  expect(others).toEqual([]);
  expect(broken).toBe(
    'FAILED test  e2e/broken.test.ts\n             Error: /there/node_modules/x is missing',
  );
  const lines = rejects.split('\n');
  expect(lines.slice(0, 2)).toEqual([
    'FAILED test  e2e/http.test.ts > the gateway rejects',
    '             Error: expected 1',
  ]);
  expect(lines).toHaveLength(9);
});

it('counts the second results of files that ran twice, and names what failed only once', () => {
  const named = (name, status, failureMessages = []) => ({
    name: `/there/${name}`,
    status,
    assertionResults: [{ status, fullName: `the test of ${name}`, failureMessages }],
  });
  const first = {
    testResults: [named('a', 'passed'), named('b', 'failed', ['too late']), named('c', 'failed', ['wrong'])],
  };
  expect(failedFiles(first)).toEqual(['/there/b', '/there/c']);
  const second = { testResults: [named('b', 'passed'), named('c', 'failed', ['wrong'])] };
  const both = withSecondRun(first, second);
  expect(countTests(both)).toEqual({ passed: 2, failed: 1, skipped: 0 });
  expect(describeFailures(both, '/there')).toEqual(['FAILED test  c > the test of c\n             wrong']);
  expect(describeUnstable(first, second, '/there')).toEqual([
    'UNSTABLE     b > the test of b\n             too late',
  ]);
});
