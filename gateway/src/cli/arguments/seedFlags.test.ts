import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { translateSeedFlags } from './seedFlags.ts';

const translated = (line: string) => translateSeedFlags(line.split(' ').filter((word) => word !== ''));
const argv = (line: string) => {
  const translation = translated(line);
  return translation.ok ? translation.argv.join(' ') : translation;
};

describe('translateSeedFlags', () => {
  it.each([
    ['--registry config/registry.yaml --serve-http', 'serve --registry config/registry.yaml'],
    ['--serve-http --registry r.yaml', 'serve --registry r.yaml'],
    ['--registry=r.yaml --status', 'status --registry r.yaml'],
    ['--registry r.yaml --status-json --status-limit 5', 'status --json --limit 5 --registry r.yaml'],
    ['--status --status-json', 'status --json'],
    ['--status --status-limit=7', 'status --limit 7'],
    ['--validate-registry', 'validate'],
    ['--print-config', 'config'],
    ['--print-schema', 'schema'],
    ['--self-test', 'self-test'],
    ['--stdio-test ollama-mcp', 'test ollama-mcp --transport stdio'],
    ['--stdio-test=ollama-mcp', 'test ollama-mcp --transport stdio'],
    ['--http-test comfyui-mcp', 'test comfyui-mcp --transport http'],
    ['--stdio-call s t --args-json {}', 'call s --transport stdio --args-json {} t'],
    ['--stdio-call s --tool t --args-file -', 'call s --transport stdio t --args-file -'],
    ['--http-call s --tool t --client c', 'call s --transport http t --client c'],
  ])('%s', (seed, today) => {
    expect(argv(seed)).toBe(today);
  });

  it.each([
    ['--serve-http --status', "--serve-http and --status can't go together: give one of them"],
    ['--stdio-test a --stdio-test b', "two --stdio-test can't go together: give one of them"],
    ['--stdio-test', '--stdio-test needs the id of a server after it'],
    ['--stdio-test --registry r', '--stdio-test needs the id of a server after it'],
    [
      '--serve-http --status-limit 3',
      '--status-limit goes with --status or --status-json, not with --serve-http',
    ],
    [
      '--stdio-test s --args-json {}',
      '--args-json goes with --stdio-call or --http-call, not with --stdio-test',
    ],
  ])('rejects %s', (line, message) => {
    expect(translated(line)).toEqual({ ok: false, message });
  });

  it('leaves a line that begins with a command as it is, whatever follows', () => {
    const command = fc.constantFrom('serve', 'status', 'call', 'audit', 'bogus');
    const word = fc.oneof(
      fc.constantFrom('--serve-http', '--status', '--registry', '--', '-n', '{}'),
      fc.string(),
    );
    fc.assert(
      fc.property(command, fc.array(word), fc.boolean(), (name, rest, withRegistry) => {
        const line = [...(withRegistry ? ['--registry', '--status'] : []), name, ...rest];
        expect(translateSeedFlags(line)).toEqual({ ok: true, argv: line });
      }),
    );
  });

  it('keeps every value whole, wherever the registry and the arguments are', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,20}$/);
    fc.assert(
      fc.property(
        id,
        id,
        fc.string(),
        fc.string(),
        fc.boolean(),
        (server, tool, json, registry, registryFirst) => {
          const where = ['--registry', registry];
          const call = ['--stdio-call', server, '--tool', tool, '--args-json', json];
          const line = registryFirst ? [...where, ...call] : [...call, ...where];
          expect(translateSeedFlags(line)).toEqual({
            ok: true,
            argv: ['call', server, '--transport', 'stdio', tool, '--args-json', json, '--registry', registry],
          });
        },
      ),
    );
  });

  it('never throws, and never leaves an action flag in a translated line', () => {
    const flags = [
      '--serve-http',
      '--status',
      '--status-json',
      '--self-test',
      '--print-config',
      '--stdio-test',
    ];
    const word = fc.oneof(
      fc.constantFrom(...flags),
      fc.string(),
      fc.constantFrom('--registry', '--status-limit', '='),
    );
    fc.assert(
      fc.property(fc.constantFrom(...flags.slice(0, 5)), fc.array(word), (flag, rest) => {
        const translation = translateSeedFlags([flag, ...rest]);
        if (!translation.ok) return translation.message !== '';
        return !(translation.argv[0] ?? '-').startsWith('-');
      }),
    );
  });
});
