import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import type { Plain } from './mergePatch.ts';
import { mergePatch } from './mergePatch.ts';
import { applyPatch } from './patch.ts';

const registry = `# who may do what
lmcp:
    port: 7345   # the port

clients:
    # the editor
    vscode:
        token: "x"   # rotate in spring
        allow_servers:
            - time   # harmless
            - github   # careful

    # the terminal
    codex: {token: 'y', allow_servers: [ "time",'github' ]}
    guest: {} # nothing yet
# below: what runs
servers:
    time:
        transport: stdio
        env:
    # the forge
    github:   {transport: http}
`;

function patched(text: string, patch: unknown): string {
  const result = applyPatch(text, patch);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.text;
}

describe('applyPatch', () => {
  test('changes one value and no other byte', () => {
    expect(patched(registry, { lmcp: { port: 80 } })).toBe(registry.replace('7345', '80'));
    expect(patched(registry, { clients: { vscode: { token: 'new' } } })).toBe(
      registry.replace('"x"', '"new"'),
    );
    expect(patched(registry, { clients: { codex: { token: 'z' } } })).toBe(registry.replace("'y'", "'z'"));
  });

  test('a text of several lines can be read back from inside brackets', () => {
    const text = 'servers:\n  web:\n    headers: {A: x} # sent\n';
    const value = 'one:\ntwo';
    const result = patched(text, { servers: { web: { headers: { A: value } } } });
    expect(parse(result)).toEqual({ servers: { web: { headers: { A: value } } } });
    expect(result).toContain('# sent');
  });

  test('an empty patch and one that says what is there change nothing', () => {
    expect(patched(registry, {})).toBe(registry);
    expect(patched(registry, { lmcp: { port: 7345 }, clients: { nobody: null } })).toBe(registry);
  });

  test('a new key goes to the end of its section, a list keeps the lines of what stays', () => {
    const text = patched(registry, {
      clients: {
        vscode: { rate_limit_rpm: 5, allow_servers: ['github', 'web'] },
        guest: { allow_servers: ['time'] },
      },
    });
    expect(text).toContain(
      '            - github   # careful\n            - web\n        rate_limit_rpm: 5\n',
    );
    expect(text).toContain('    guest:  # nothing yet\n      allow_servers:\n        - time\n');
    expect(text).not.toContain('harmless');
  });

  test('a list in brackets keeps the quoting of what stays', () => {
    const text = patched(registry, { clients: { codex: { allow_servers: ['github', 'web'] } } });
    expect(text).toContain(`codex: {token: 'y', allow_servers: [ 'github', "web" ]}\n`);
  });

  test('a removed server leaves every client', () => {
    const withPolicy = patched(registry, {
      clients: {
        vscode: {
          tool_policy: { github: { mode: 'deny_all' } },
          client_requests: { github: { roots: 'deny' } },
        },
      },
    });
    const text = patched(withPolicy, { servers: { github: null } });
    expect(parse(text)).toMatchObject({
      clients: {
        vscode: { allow_servers: ['time'], tool_policy: {}, client_requests: {} },
        codex: { allow_servers: ['time'] },
      },
      servers: { time: { transport: 'stdio' } },
    });
    expect(text).toContain('- time   # harmless');
    expect(text).not.toMatch(/github/);
  });

  test('comments survive when a section loses all it has', () => {
    const text = patched(registry, { servers: { time: null, github: null } });
    expect(parse(text)).toMatchObject({ servers: {} });
    expect(text).toContain('# below: what runs\n');
  });

  test('anchors and brackets over several lines are handled, if need be by rewriting the document', () => {
    expect(parse(patched('a: &x {b: 1}\nc: *x # k\n', { a: null, c: { z: 2 } }))).toEqual({
      c: { b: 1, z: 2 },
    });
    expect(parse(patched('{"a": {"b": 1}}', { a: { c: 2 } }))).toEqual({ a: { b: 1, c: 2 } });
    const flow = 'a: {b: 1, # one\n  c: 2}\n';
    expect(patched(flow, { a: { d: 3 } })).toContain('# one');
  });

  test('keeps Windows line ends', () => {
    const text = patched(registry.replaceAll('\n', '\r\n'), { clients: { new: { allow_servers: [] } } });
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test.each([
    ['{"__proto__":{"a":1}}'],
    ['{"clients":{"constructor":{}}}'],
    ['{"a":[{"prototype":1}]}'],
    ['[]'],
    ['null'],
  ])('rejects %s', (json) => {
    expect(applyPatch(registry, JSON.parse(json))).toMatchObject({ ok: false, problems: [{ line: 1 }] });
  });

  test('says where a text that is not YAML is broken', () => {
    expect(applyPatch('a: "x', { a: 1 })).toMatchObject({ ok: false, problems: [{ line: 1 }] });
  });
});

const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,5}$/);
const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant('7'), fc.constant('# no'));
const plain = fc.letrec<{ value: unknown; section: Record<string, unknown> }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(scalar, { maxLength: 3 }), tie('section')),
  section: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).section;
const patches = fc.letrec<{ value: unknown; section: Record<string, unknown> }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.constant(null),
    scalar,
    fc.array(scalar, { maxLength: 3 }),
    tie('section'),
  ),
  section: fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
})).section;

describe('applyPatch, for any document and patch', () => {
  // The cascade of removed servers has tests of its own.
  const withoutServers = ({ servers: _, ...rest }: Plain): Plain => rest;

  test('means what the merge of the plain data means', () => {
    fc.assert(
      fc.property(plain, patches, fc.constantFrom('any', 'block', 'flow'), (before, patch, style) => {
        const text = stringify(before, { collectionStyle: style as 'any' });
        const wanted = mergePatch(before, withoutServers(patch));
        expect(isDeepStrictEqual(parse(patched(text, withoutServers(patch))), wanted)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the comments of every entry that it leaves alone', () => {
    fc.assert(
      fc.property(fc.uniqueArray(key, { minLength: 2, maxLength: 6 }), patches, (keys, patch) => {
        const text = keys
          .map((name, index) => `# above ${index}.\n${name}: ${index}   # beside ${index}.\n`)
          .join('');
        const result = patched(text, withoutServers(patch));
        keys.forEach((name, index) => {
          expect(result).toContain(`# above ${index}.`);
          if (!Object.hasOwn(patch, name))
            expect(result).toContain(`${name}: ${index}   # beside ${index}.\n`);
        });
      }),
    );
  });
});
