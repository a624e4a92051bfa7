import { expect, it } from 'vitest';
import { closingLine, countTests, sum } from './testReport.mjs';

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
