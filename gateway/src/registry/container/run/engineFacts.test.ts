import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { engineFacts } from './engineFacts.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'lmcp-facts-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function writeContext(name: string, host: string): void {
  const place = join(folder, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(place, { recursive: true });
  const meta = { Name: name, Metadata: {}, Endpoints: { docker: { Host: host, SkipTLSVerify: false } } };
  writeFileSync(join(place, 'meta.json'), JSON.stringify(meta));
}

it('knows the contexts of Docker’s client that name the engine, also by a link', () => {
  writeFileSync(join(folder, 'real.sock'), '');
  symlinkSync(join(folder, 'real.sock'), join(folder, 'usual.sock'));
  writeContext('desktop-linux', `unix://${join(folder, 'real.sock')}`);
  writeContext('cloud', 'ssh://cloud.example.net');
  const facts = engineFacts({ HOME: folder, DOCKER_HOST: `unix://${join(folder, 'usual.sock')}` });
  const names = ['default', 'desktop-linux', 'cloud', 'unknown'];
  expect(names.map((name) => facts.isContext(name))).toEqual([true, true, false, false]);
});

it('finds Podman’s socket of the user, and the stack’s network', () => {
  expect(engineFacts({ HOME: folder, XDG_RUNTIME_DIR: folder })).toMatchObject({ defaultNetwork: 'bridge' });
  mkdirSync(join(folder, 'podman'));
  writeFileSync(join(folder, 'podman/podman.sock'), '');
  const facts = engineFacts({ XDG_RUNTIME_DIR: folder, LMCP_SIBLING_NETWORK: 'lmcp-servers' });
  expect(facts.podmanSocket).toBe(join(folder, 'podman/podman.sock'));
  expect(facts.defaultNetwork).toBe('lmcp-servers');
});
