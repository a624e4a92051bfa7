import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  createAnswer,
  eventAnswer,
  imageAnswer,
  listAnswer,
  statsAnswer,
  versionAnswer,
  type Cut,
} from './answers.ts';

const secret = 'SECRET_TOKEN=s3cret';

it('keeps of an image its user, its volumes and its digests', () => {
  const config = { User: 'node', Volumes: { '/data': { x: secret } }, Env: [secret], Labels: { a: secret } };
  const image = { Id: 'sha256:1', RepoTags: ['a'], RepoDigests: ['a@sha256:2'], Config: config };
  expect(imageAnswer({ ...image, ContainerConfig: config })).toEqual({
    Config: { User: 'node', Volumes: { '/data': {} } },
    RepoDigests: ['a@sha256:2'],
  });
  expect(imageAnswer({ Config: { User: '', Volumes: null } })).toEqual({
    Config: { User: '', Volumes: {} },
    RepoDigests: [],
  });
});

it('keeps of a container its id, names, state and the installation’s labels', () => {
  const container = {
    Id: 'a',
    Names: ['/lmcp-home-x'],
    Image: 'x',
    Command: secret,
    State: 'running',
    Labels: { 'lmcp.instance': 'home', 'lmcp.server': 'x', 'lmcp.spec': 'f', token: secret },
    Mounts: [{ Source: '/srv' }],
  };
  expect(listAnswer([container])).toEqual([
    {
      Id: 'a',
      Names: ['/lmcp-home-x'],
      State: 'running',
      Labels: { 'lmcp.instance': 'home', 'lmcp.server': 'x' },
    },
  ]);
});

it('keeps of an event what has ended, and how', () => {
  const attributes = { exitCode: '137', image: 'x', name: 'y', token: secret };
  const event = {
    Type: 'container',
    Action: 'die',
    Actor: { ID: 'a', Attributes: attributes },
    time: 1,
    from: 'x',
  };
  expect(eventAnswer(event)).toEqual({
    Type: 'container',
    Action: 'die',
    Actor: { ID: 'a', Attributes: { exitCode: '137' } },
  });
});

it('keeps of statistics the number of processes, of a creation its id, of a version its numbers', () => {
  expect(statsAnswer({ name: 'x', pids_stats: { current: 7, limit: 9 }, memory_stats: {} })).toEqual({
    pids_stats: { current: 7 },
  });
  expect(statsAnswer({})).toEqual({ pids_stats: {} });
  expect(createAnswer({ Id: 'a', Warnings: [secret] })).toEqual({ Id: 'a', Warnings: [] });
  const version = { Version: '28.0.0', ApiVersion: '1.47', MinAPIVersion: '1.24', KernelVersion: secret };
  expect(versionAnswer(version)).toEqual({ Version: '28.0.0', ApiVersion: '1.47', MinAPIVersion: '1.24' });
});

/** Every key and text in a value. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [key, ...texts(item)]);
}

it.each([
  ['version', versionAnswer],
  ['list', listAnswer],
  ['image', imageAnswer],
  ['stats', statsAnswer],
  ['create', createAnswer],
  ['event', eventAnswer],
] as [string, Cut][])('a secret among members that are not read never leaves (%s)', (_, cut) => {
  const key = fc.constantFrom(
    'Env',
    'Cmd',
    'Labels',
    'Mounts',
    'HostConfig',
    'Attributes',
    'Config',
    'Actor',
  );
  const hostile = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constant(secret),
      fc.dictionary(key, tie('value')),
      fc.array(tie('value'), { maxLength: 3 }),
    ),
  })).value;
  fc.assert(
    fc.property(hostile, (answer) => {
      expect(texts(cut(answer))).not.toContain(secret);
    }),
  );
});
