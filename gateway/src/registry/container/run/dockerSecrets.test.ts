import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRun } from './dockerRun.ts';
import { shownArgs } from './dockerSecrets.ts';

const secret = 'S3CRET=with more';

it.each([
  [
    ['-e', `TOKEN=${secret}`],
    ['-e', 'TOKEN=<redacted>'],
  ],
  [
    ['--env', `TOKEN=${secret}`],
    ['--env', 'TOKEN=<redacted>'],
  ],
  [[`--env=TOKEN=${secret}`], ['--env=TOKEN=<redacted>']],
  [[`-eTOKEN=${secret}`], ['-eTOKEN=<redacted>']],
  [[`-e=TOKEN=${secret}`], ['-e=TOKEN=<redacted>']],
  [[`-ieTOKEN=${secret}`], ['-ieTOKEN=<redacted>']],
  [
    ['-ie', `token=${secret}\nsecond line`],
    ['-ie', 'token=<redacted>'],
  ],
])('hides the value in %j', (written, shown) => {
  expect(shownArgs('docker', ['run', ...written, 'image'])).toEqual(['run', ...shown, 'image']);
  expect(shownArgs('/usr/bin/docker', ['run', '-i', '--rm', ...written])).toEqual([
    'run',
    '-i',
    '--rm',
    ...shown,
  ]);
});

it('leaves everything else as it is', () => {
  const args = [
    'run',
    '-i',
    '--rm',
    '-e',
    'TOKEN',
    '--network=none',
    '--mount',
    'type=bind,src=/a,dst=/b',
    'x',
  ];
  expect(shownArgs('docker', args)).toEqual(args);
  expect(shownArgs('npx', ['-e', 'A=b'])).toEqual(['-e', 'A=b']);
  expect(shownArgs('docker', 'no list')).toBe('no list');
});

it('hides every value that docker run would take from its arguments', () => {
  const spelling = fc.constantFrom<(pair: string) => string[]>(
    (pair) => ['-e', pair],
    (pair) => ['--env', pair],
    (pair) => [`--env=${pair}`],
    (pair) => [`-e${pair}`],
    (pair) => [`-e=${pair}`],
    (pair) => [`-iqe${pair}`],
    (pair) => ['-iqe', pair],
  );
  const name = fc.stringMatching(/^[^\s=\0]{1,8}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(spelling, name)), (all) => {
      const args = ['run', '-i', ...all.flatMap(([spelled, key]) => spelled(`${key}=${secret}`)), 'image'];
      const parsed = parseRun('docker', args, { env: new Map(), baseDir: '/srv' });
      if (parsed.ok && [...parsed.spec.env.values()].includes(secret)) {
        expect(JSON.stringify(shownArgs('docker', args))).not.toContain('S3CRET');
      }
    }),
  );
});
