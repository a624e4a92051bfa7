import { expect, it } from 'vitest';
import { closingLine, countTests, describeFailures, sum } from './testReport.mjs';

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
