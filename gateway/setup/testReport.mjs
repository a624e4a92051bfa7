import { readFileSync } from 'node:fs';

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Counts
 */

/**
 * Counts of one vitest run, from its JSON report. A file that could not be loaded counts as one failed test.
 * @param {{ testResults: readonly { status: string, assertionResults: readonly { status: string }[] }[] }} report
 * @returns {Counts}
 */
export function countTests(report) {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of report.testResults) {
    for (const test of file.assertionResults) counts[outcome(test.status)] += 1;
    const ownFailure = file.assertionResults.some((test) => test.status === 'failed');
    if (file.status === 'failed' && !ownFailure) counts.failed += 1;
  }
  return counts;
}

/** Whatever neither passed nor failed was not run: pending, todo, skipped, disabled. */
function outcome(status) {
  return status === 'passed' || status === 'failed' ? status : 'skipped';
}

/**
 * @param {string} file
 * @returns {Counts | null} null when the run ended before it wrote one
 */
export function readCounts(file) {
  try {
    return countTests(JSON.parse(readFileSync(file, 'utf8')));
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
