import { describe, expect, it } from 'vitest';
import { run } from './run.ts';
import { scriptedTerminal } from './testing/scriptedTerminal.ts';

async function ran(...argv: string[]) {
  const terminal = scriptedTerminal({ env: { LMCP_REGISTRY: '/nowhere/registry.yaml' } });
  const exitCode = await run(argv, terminal);
  return { exitCode, ...terminal.written };
}

describe('run', () => {
  it.each([
    [[], 'Usage: lmcp'],
    [['bogus'], "unknown command 'bogus'"],
    [['--serve-http', '--status'], "can't go together"],
    [['status', '--limit', '501'], 'whole number from 0 to 500'],
    [['status', '--serve-http'], "unknown option '--serve-http'"],
    [['--registry', 'a', 'status', '--registry', 'b'], "--registry was given before, as 'a'"],
    [['serve', '--port', '0'], 'whole number from 1 to 65535'],
    [['call', 'server'], "missing required argument 'tool'"],
    [['call', 's', 't', '--transport', 'sse'], 'Allowed choices are stdio, http'],
    [['client', 'rotate', 'x', '--finish', '--revoke-old'], 'cannot be used with'],
    [['client', 'add', 'no spaces'], 'an id has only letters'],
    [['connect', 'vim'], 'known are vscode'],
    [['validate'], 'there is no registry at /nowhere/registry.yaml'],
    [['config'], 'there is no registry at /nowhere/registry.yaml'],
  ])('%j is wrong usage: exit 2, words on stderr, nothing on stdout', async (argv, message) => {
    const { exitCode, out, err } = await ran(...argv);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toContain(message);
  });

  it('shows help and version on stdout', async () => {
    expect(await ran('--help')).toMatchObject({ exitCode: 0, err: '' });
    const { out } = await ran('--version');
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('prints the schema without a registry', async () => {
    const { exitCode, out, err } = await ran('--print-schema');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(JSON.parse(out)).toHaveProperty('$schema');
  });
});
