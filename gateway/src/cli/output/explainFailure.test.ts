import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { AuditUnavailableError } from '../../errors.ts';
import { RegistryInvalidError } from '../../registry/yaml/problem.ts';
import { CommandFailure, ExitCode } from '../exitCodes.ts';
import { explainFailure } from './explainFailure.ts';
import { scriptedTerminal } from '../testing/scriptedTerminal.ts';

async function explained(error: unknown, env: Record<string, string> = {}) {
  const terminal = scriptedTerminal({ env });
  const exitCode = await explainFailure(error, terminal);
  return { exitCode, ...terminal.written };
}

describe('explainFailure', () => {
  it('gives an expected failure its words and its status', async () => {
    expect(await explained(new CommandFailure('the command is not there', ExitCode.notFound))).toEqual({
      exitCode: 4,
      out: '',
      err: 'lmcp: the command is not there\n',
    });
    expect(await explained(new AuditUnavailableError('the disk is full'))).toMatchObject({
      exitCode: 1,
      err: 'lmcp: nothing was done: the disk is full\n',
    });
  });

  it('shows the words of a server on one line', async () => {
    const { err } = await explained(new CommandFailure('it says gone\nlmcp: all is well\u001b[2J'));
    expect(err).toBe('lmcp: it says gone\\u000almcp: all is well\\u001b[2J\n');
  });

  it('shows every problem of a registry with its line', async () => {
    const problem = {
      path: 'lmcp.port',
      line: 2,
      column: 9,
      message: 'this is not a port',
      fix: 'write 7345',
    };
    const { exitCode, err } = await explained(
      new RegistryInvalidError([problem], 'lmcp:\n  port: x\n', '/r.yaml'),
    );
    expect(exitCode).toBe(2);
    expect(err).toContain('/r.yaml:2:9: error: lmcp.port: this is not a port');
    expect(err).toContain('port: x');
  });

  it("says what the system's errors mean", async () => {
    const error: unknown = await readFile('/nowhere/at/all').catch((reason: unknown) => reason);
    expect(await explained(error)).toMatchObject({
      exitCode: 1,
      err: 'lmcp: /nowhere/at/all: no such file or folder\n',
    });
  });

  it('keeps the stack of the unexpected for LMCP_DEBUG', async () => {
    const error = new TypeError('x is not a function');
    expect((await explained(error)).err).toBe(
      'lmcp: x is not a function\nlmcp: this was not expected; LMCP_DEBUG=1 shows where it happened\n',
    );
    expect((await explained(error, { LMCP_DEBUG: '1' })).err).toContain('explainFailure.test.ts');
  });
});
