import { expect, test } from 'vitest';
import { yamlPlace } from './yamlPlace.ts';

/** The place of `|` in a text. */
function placeIn(marked: string): readonly unknown[] | null {
  const place = yamlPlace(marked.replace('|', ''), marked.indexOf('|'));
  return place === null ? null : [place.kind, place.path.join('.'), place.typed];
}

const servers = 'servers:\n  # ours\n  time:\n    transport: stdio\n    args: [a, b]\n';

test.each([
  ['|', ['key', '', '']],
  ['cli|', ['key', '', 'cli']],
  [`${servers}    |`, ['key', 'servers.time', '']],
  [`${servers}    tool_policy:\n      mo|`, ['key', 'servers.time.tool_policy', 'mo']],
  [`${servers}    tool_policy:\n      mode: al|`, ['value', 'servers.time.tool_policy.mode', 'al']],
  [`${servers}  |`, ['key', 'servers', '']],
  [`${servers}|`, ['key', '', '']],
  [`${servers}    mounts:\n      - source: /a\n        |`, ['key', 'servers.time.mounts.[]', '']],
  [`${servers}    mounts:\n      - so|`, ['key', 'servers.time.mounts.[]', 'so']],
  [`${servers}    mounts:\n    - source: /a\n      tar|`, ['key', 'servers.time.mounts.[]', 'tar']],
  ['clients:\n  a:\n    allow_servers: [time, |', ['value', 'clients.a.allow_servers.[]', '']],
  ['clients:\n  a:\n    allow_servers:\n      - ti|', ['key', 'clients.a.allow_servers.[]', 'ti']],
  ['clients:\n  "a b":\n    to|', ['key', 'clients.a b', 'to']],
] as const)('finds the place in %j', (text, expected) => {
  expect(placeIn(text)).toEqual(expected);
});

test.each(['# comment |', 'lmcp: {po|', 'lmcp:\n  host: "12|'])('completes nothing in %j', (text) => {
  expect(placeIn(text)).toBeNull();
});
