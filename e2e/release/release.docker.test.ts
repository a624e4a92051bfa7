import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../harness/gateway.ts';

const script = join(root, 'docker/release.sh');
const base = `node:24-bookworm-slim@sha256:${'ab'.repeat(32)}`;

it('builds a release for both platforms from a base with a digest, with attestations', () => {
  const printed = execFileSync(script, ['ghcr.io/example/lmcp', '1.2.3', '--print'], {
    encoding: 'utf8',
    env: { ...process.env, BASE: base },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).trim();
  const { target } = JSON.parse(printed) as { target: Record<string, unknown> };
  expect(target['release']).toMatchObject({
    platforms: ['linux/amd64', 'linux/arm64'],
    attest: ['type=provenance,mode=max', 'type=sbom'],
    args: { BASE: base, LMCP_COMMIT: commit },
    tags: ['ghcr.io/example/lmcp:1.2.3'],
  });
});

it('rejects a base that is a tag alone', () => {
  const env = { ...process.env, BASE: 'node:24-bookworm-slim' };
  const { status, stderr } = spawnSync(script, ['lmcp', '1.2.3', '--print'], { encoding: 'utf8', env });
  expect([status, stderr]).toEqual([1, expect.stringContaining('names no digest')]);
});

it('names no architecture in the stage that becomes the image', () => {
  const stages = readFileSync(join(root, 'Dockerfile'), 'utf8').split(/^FROM /m);
  expect(stages).toHaveLength(4);
  expect(stages.at(-1)).not.toMatch(/TARGET|BUILDPLATFORM|amd64|arm64|aarch64|x86|x64/);
});
