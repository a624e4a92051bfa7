import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { GivenSecrets } from './givenSecrets.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-given-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(secrets: Readonly<Record<string, string>>): void {
  writeFileSync(join(folder, 'secrets.yaml'), JSON.stringify(secrets), { mode: 0o600 });
}

test.each([
  ['a small file', 1],
  ['a file of 100 KiB', 100 * 1024],
])('a secret that was given stays given among those of %s, until it is changed', (_, others) => {
  const given = new GivenSecrets(join(folder, 'registry.yaml'));
  given.add('KEY', 'value');
  expect(given.has('KEY')).toBe(false);
  write({ OTHER: 'x'.repeat(others), KEY: 'value' });
  expect([given.has('KEY'), given.has('OTHER')]).toEqual([true, false]);
  write({ OTHER: 'x'.repeat(others), KEY: 'changed' });
  expect(given.has('KEY')).toBe(false);
});
