import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { envFile } from '../../gateway/src/registry/container/run/envFile.ts';
import { fixtureImage, realEngine, testInstance } from '../harness/docker/containers.ts';

const { docker } = realEngine();
const run = promisify(execFile);

/** What Docker’s client reads from the file; undefined where it rejects it. */
async function readByDocker(path: string, env: Record<string, string>) {
  const name = `lmcp-${testInstance()}-env`;
  const created = await run('docker', ['create', '--name', name, '--env-file', path, fixtureImage], {
    env: { PATH: process.env['PATH'], ...env },
  }).catch(() => undefined);
  if (created === undefined) return undefined;
  try {
    return (await docker.getContainer(name).inspect()).Config.Env;
  } finally {
    await docker.getContainer(name).remove({ force: true, v: true });
  }
}

/** What such files are made of, and what is often wrong in them. */
const piece = fc.oneof(
  fc.constantFrom(
    '=',
    '#',
    ' ',
    '\t',
    '\r',
    '"',
    "'",
    '\\',
    '$HOME',
    'export ',
    '\uFEFF',
    '\u0085',
    '\u00a0',
  ),
  fc.constantFrom('ALPHA', 'BETA', 'SET', 'UNSET', 'é', '\u2028', 'a.b-c'),
);
const line = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
const file = fc
  .tuple(fc.boolean(), fc.array(line, { maxLength: 4 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(
    ([hasMark, lines, end, isEnded]) => (hasMark ? '\uFEFF' : '') + lines.join(end) + (isEnded ? end : ''),
  );

it('reads a file of --env-file as Docker’s client does, and rejects what it rejects', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-env-'));
  try {
    const env = { SET: 'from env' };
    const path = join(folder, 'x.env');
    const base = (await docker.getImage(fixtureImage).inspect()).Config.Env;
    const outcomes = { read: 0, rejected: 0 };
    for (const text of fc.sample(file, { seed: 7, numRuns: 60 })) {
      await writeFile(path, text);
      const own = envFile(text, new Map(Object.entries(env)));
      const read = await readByDocker(path, env);
      const shown = JSON.stringify(text);
      if (read === undefined) {
        expect(own, shown).toHaveProperty('message');
        outcomes.rejected++;
        continue;
      }
      const variables = read.filter((one) => !base.includes(one)).map((one) => one.split(/=(.*)/s, 2));
      expect('value' in own ? Object.fromEntries(own.value) : own, shown).toEqual(
        Object.fromEntries(variables) as unknown,
      );
      outcomes.read++;
    }
    // The sample has enough of both.
    expect(outcomes.read).toBeGreaterThan(15);
    expect(outcomes.rejected).toBeGreaterThan(15);
  } finally {
    await rm(folder, { recursive: true });
  }
});
