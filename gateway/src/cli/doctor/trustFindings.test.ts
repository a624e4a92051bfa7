import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { registryFileOf } from '../testing/registryFile.ts';
import { trustFindings } from './trustFindings.ts';

const home = mkdtempSync(join(tmpdir(), 'lmcp-trust-'));
const authority = join(home, 'authority.pem');
writeFileSync(authority, '-----BEGIN CERTIFICATE-----\n');
afterAll(() => rmSync(home, { recursive: true }));

const { registry } = registryFileOf(`
clients: {}
servers:
  plain: { transport: stdio, command: npx }
  told: { transport: stdio, command: npx, env: { NODE_EXTRA_CA_CERTS: ${authority} } }
`);

test('finds nothing where no authority of its own is trusted', () => {
  expect(trustFindings({ registry, env: {} }, home)).toEqual([]);
});

test('names the servers that do not get the authority that this shell trusts', () => {
  const [finding] = trustFindings({ registry, env: { NODE_EXTRA_CA_CERTS: authority } }, home);
  expect(finding).toMatchObject({ area: 'node', state: 'warning' });
  expect(finding?.fix).toContain('under env of plain, where');
});

test('says that npm trusts an authority which Node does not', () => {
  writeFileSync(join(home, '.npmrc'), `registry = https://registry.npmjs.org/\ncafile = "${authority}"\n`);
  expect(trustFindings({ registry, env: {} }, home)).toMatchObject([
    { state: 'warning', fix: `set NODE_EXTRA_CA_CERTS=${authority}` },
  ]);
});

test('calls a variable that names no certificate a problem', () => {
  const env = { NODE_EXTRA_CA_CERTS: join(home, 'missing.pem') };
  expect(trustFindings({ registry, env }, home)).toMatchObject([{ state: 'problem' }]);
});
