import fc from 'fast-check';
import { parseRun } from '../run/dockerRun.ts';
import { parseImageEntry } from '../imageEntry.ts';
import type { ContainerSpec } from '../../types.ts';

/** For tests: specs as the registry gives them, of every shape; mounts are below /srv/files, of /srv/work and the volume notes. */

const context = { env: new Map([['TOKEN', 's3cret']]), baseDir: '/srv/lmcp' };

const entry = fc.record(
  {
    image: fc.constantFrom('mcp/fetch', 'ghcr.io/a/b:1', 'x@sha256:0123'),
    entrypoint: fc.constantFrom('/bin/server', ['node', 'a.js']),
    args: fc.array(fc.string().filter((text) => !text.includes('\0'))),
    workdir: fc.constantFrom('/work', '/a/b/'),
    user: fc.constantFrom('root', '0:0', 1000, 'node:node'),
    mounts: fc.subarray([
      { source: '/srv/files/a', target: '/a' },
      { source: '/srv/work', target: '/w', read_only: false },
      { source: 'notes', target: '/n', read_only: false },
    ]),
    tmpfs: fc.subarray(['/run', '/scratch:exec,size=10m', '/x:mode=1777,uid=1000']),
    network: fc.constantFrom('none', 'bridge', 'browsing'),
    extra_hosts: fc.subarray(['host.docker.internal:host-gateway', 'db:10.0.0.1']),
    memory: fc.constantFrom('64m', '1g', 4 * 1024 ** 3),
    cpus: fc.constantFrom(0.01, 1.5, 8),
    pids_limit: fc.integer({ min: 1, max: 1_024 }),
    shm_size: fc.constantFrom('64m', '1g'),
    read_only: fc.boolean(),
    cap_add: fc.subarray(['CHOWN', 'cap_setuid', 'NET_BIND_SERVICE']),
    pull: fc.constantFrom('never', 'missing'),
  },
  { requiredKeys: ['image'] },
);

const imageSpec = entry.map((written) => parsed(parseImageEntry(written, context)));

const dockerRunSpec = fc
  .subarray([
    '--read-only',
    '-eTOKEN',
    '--network=none',
    '-u0:0',
    '--cap-add=CHOWN',
    '-v/srv/files:/f:ro',
    '-m1g',
    '--hostname=chat',
    '--dns=1.1.1.1',
    '--ulimit=nofile=1024:2048',
    '--ulimit=nproc=64',
  ])
  .map((flags) => parsed(parseRun('docker', ['run', '-i', ...flags, 'mcp/fetch', 'arg'], context)));

export const anySpec: fc.Arbitrary<ContainerSpec> = fc.oneof(imageSpec, dockerRunSpec);

function parsed(outcome: ReturnType<typeof parseImageEntry>): ContainerSpec {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problems));
  return outcome.spec;
}
