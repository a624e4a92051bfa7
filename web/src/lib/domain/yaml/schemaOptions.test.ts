import { expect, test } from 'vitest';
import { registryJsonSchema } from 'lmcp-gateway/src/registry/schema/schema.ts';
import { schemaOptions, type Schema } from './schemaOptions.ts';

const schema = registryJsonSchema() as Schema;
const labels = (kind: 'key' | 'value', ...path: string[]): string[] =>
  schemaOptions(schema, { kind, path }).map(({ label }) => label);

test('offers the sections, and the keys of each', () => {
  expect(labels('key')).toEqual(['lmcp', 'clients', 'servers']);
  expect(labels('key', 'clients', 'codex')).toEqual(
    expect.arrayContaining(['token', 'allow_servers', 'tool_policy']),
  );
  expect(labels('key', 'servers', 'time')).toEqual(
    expect.arrayContaining(['command', 'image', 'url', 'pin_tools']),
  );
  expect(labels('key', 'servers', 'time', 'mounts', '[]')).toEqual(
    expect.arrayContaining(['source', 'target']),
  );
});

test('offers values where there are only some', () => {
  expect(labels('value', 'servers', 'time', 'tool_policy', 'mode').sort()).toEqual([
    'allow_all',
    'allow_list',
    'deny_all',
  ]);
  expect(labels('value', 'lmcp', 'loopback_only').sort()).toEqual(['false', 'true']);
  expect(labels('value', 'lmcp', 'port')).toEqual([]);
});

test('says what a key is for, and its default', () => {
  const port = schemaOptions(schema, { kind: 'key', path: ['lmcp'] }).find(({ label }) => label === 'port');
  expect(port).toEqual({ label: 'port', detail: 'default 7345', info: 'TCP port.' });
});

test('offers nothing where the schema knows nothing', () => {
  expect(labels('key', 'nowhere', 'else')).toEqual([]);
});
