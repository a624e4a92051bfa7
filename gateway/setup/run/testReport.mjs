import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * What is read of a report of vitest's JSON reporter.
 * @typedef {{ status: string, fullName: string, failureMessages?: readonly string[] }} TestResult
 * @typedef {{ name: string, status: string, message?: string, assertionResults: readonly TestResult[] }} FileResult
 * @typedef {{ testResults: readonly FileResult[] }} Report
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/** How much of a failure's message is shown again at the end of a run: enough to see what was expected and what came. */
const MESSAGE_LINES = 8;

/**
 * Counts of one vitest run. A file that could not be loaded counts as one failed test.
 * @param {Report} report
 * @returns {Counts}
 */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    for (const test of file.assertionResults) counts[outcome(test.status)] += 1;
    if (couldNotBeLoaded(file)) counts.failed += 1;
  }
  return counts;
}

/** It failed, and no test of it did. */
function couldNotBeLoaded({ status, assertionResults }) {
  return status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
}

/** Whatever neither passed nor failed was not run: pending, todo, skipped, disabled. */
function outcome(status) {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}

/**
 * Each failed test of a run by its file and name, with the beginning of what it said: the end of a run's output is
 * all that many will see of it.
 * @param {Report} report
 * @param {string} root file names are given from here
 * @returns {string[]} one text for each, of several lines
 */
export function describeFailures(report, root) {
  return report.testResults.flatMap((file) => {
    const name = relative(root, file.name);
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (couldNotBeLoaded(file)) return [describe(name, file.message ?? '')];
    return failed.map((test) =>
      describe(`${name} > ${test.fullName}`, (test.failureMessages ?? []).join('\n')),
    );
  });
}

function describe(title, message) {
  const lines = message
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^\s+at .*\/node_modules\//.test(line))
    .slice(0, MESSAGE_LINES);
  return [`FAILED test  ${title}`, ...lines.map((line) => `             ${line}`)].join('\n');
}

/**
 * The files of a run in which something failed.
 * @param {Report} report
 * @returns {string[]} as the report names them
 */
export function failedFiles(report) {
  return report.testResults.filter(({ status }) => status === 'failed').map(({ name }) => name);
}

/**
 * What a run came to after some of its files ran a second time: their second results count.
 * @param {Report} first
 * @param {Report} second
 * @returns {Report}
 */
export function withSecondRun(first, second) {
  const again = new Map(second.testResults.map((file) => [file.name, file]));
  return { ...first, testResults: first.testResults.map((file) => again.get(file.name) ?? file) };
}

/**
 * The failures of a first run that its second did not repeat, as `describeFailures` words them.
 * @param {Report} first
 * @param {Report} second
 * @param {string} root file names are given from here
 * @returns {string[]}
 */
export function describeUnstable(first, second, root) {
  const passed = new Set(
    second.testResults.filter(({ status }) => status === 'passed').map(({ name }) => name),
  );
  const testResults = first.testResults.filter(({ name }) => passed.has(name));
  return describeFailures({ testResults }, root).map((text) =>
    text.replace('FAILED test  ', 'UNSTABLE     '),
  );
}

/**
 * @param {string} file
 * @returns {Report | null} null when the run ended before it wrote one
 */
export function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return null;
    throw error;
  }
}

/**
 * @param {readonly Counts[]} all
 * @returns {Counts}
 */
export function sum(all) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const counts of all) for (const key of Object.keys(total)) total[key] += counts[key];
  return total;
}

/** @param {Counts} counts */
export function closingLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
