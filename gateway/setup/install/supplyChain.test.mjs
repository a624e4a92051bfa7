import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../bootstrap.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');
const packageFiles = [
  'package.json',
  'gateway/package.json',
  'web/package.json',
  'e2e/package.json',
  'e2e/applications/package.json',
  'e2e/npmRegistry/package.json',
  'docs/site/package.json',
];
const lockfiles = [
  'package-lock.json',
  'e2e/package-lock.json',
  'e2e/applications/package-lock.json',
  'e2e/npmRegistry/package-lock.json',
  'docs/site/package-lock.json',
];
const direct = packageFiles.flatMap((file) => {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(read(file));
  return Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => ({
    file,
    name,
    version,
  }));
});

test('every direct dependency is pinned to one version', () => {
  expect(direct.length).toBeGreaterThan(30);
  // An alias pins the package that it stands for.
  const pinned = /^(npm:(@[\w-]+\/)?[\w-]+@)?\d+\.\d+\.\d+(-[a-z]+\.\d+)?$/;
  expect(direct.filter(({ version }) => !pinned.test(version))).toEqual([]);
});

test('every direct dependency has a reason in docs/dependencies.md', () => {
  const reasons = read('docs/dependencies.md');
  expect(direct.filter(({ name }) => !reasons.includes(`\`${name}\``))).toEqual([]);
});

test.each(lockfiles)('%s has a strong hash of every package, and no address of any', (file) => {
  const { packages } = JSON.parse(read(file));
  const fetched = Object.entries(packages).filter(
    ([path, { link }]) => path.includes('node_modules/') && !link,
  );
  expect(fetched.length).toBeGreaterThan(100);
  expect(fetched.filter(([, { integrity = '' }]) => !integrity.startsWith('sha512-'))).toEqual([]);
  expect(fetched.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('install scripts are off, wherever npm is started', () => {
  for (const file of [
    '.npmrc',
    'e2e/.npmrc',
    'e2e/applications/.npmrc',
    'e2e/npmRegistry/.npmrc',
    'docs/site/.npmrc',
  ])
    expect(read(file)).toMatch(/^ignore-scripts=true$/m);
});

test('of what has an install script, nothing new has come in', () => {
  const withScript = lockfiles.flatMap((file) =>
    Object.entries(JSON.parse(read(file)).packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, '')),
  );
  const known = [
    '@github/keytar',
    '@modelcontextprotocol/inspector',
    '@tacticlaunch/mcp-linear',
    'argon2',
    'cloudflared',
    'code-server',
    'cpu-features',
    'esbuild',
    'node-pty',
    'protobufjs',
    'ssh2',
    'tldjs',
  ];
  expect([...new Set(withScript)].filter((name) => !known.includes(name))).toEqual([]);
});
