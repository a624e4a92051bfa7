import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checks } from './checks.ts';
import { reasonMeanings } from './reasons.ts';

const document = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8');

/** The rows of the table below a heading, each as its cells without backticks. */
function tableBelow(text: string, heading: string): string[][] {
  const below = text.slice(text.indexOf(`${heading}\n`) + heading.length).trimStart();
  const rows = below.slice(0, below.search(/\n(?!\|)/)).split('\n');
  return rows.slice(2).map((row) =>
    row
      .replaceAll('`', '')
      .split(' | ')
      .map((cell) => cell.replace(/^\| | \|$/g, '')),
  );
}

test('docs/audit.md explains every reason in the words of the table of checks', () => {
  expect(tableBelow(document('audit.md'), '### Reasons')).toEqual(Object.entries(reasonMeanings));
});

test('docs/management_api.md lists every check in the order of a call, with its reasons', () => {
  const rows = checks.map(({ id, label, reasons }) => [id, label, Object.keys(reasons).join(', ')]);
  expect(tableBelow(document('management_api.md'), '### Checks')).toEqual(rows);
});

test('no reason belongs to two checks', () => {
  const all = checks.flatMap(({ reasons }) => Object.keys(reasons));
  expect(new Set(all).size).toBe(all.length);
});
