import { describe, expect, it } from 'vitest';
import { rpcFailure } from './rpc.ts';

describe('rpcFailure', () => {
  it.each([
    ['a rejection of LMCP', { code: -32011, message: 'denied' }, 1],
    ['a bad token', { code: -32001, message: 'unauthorized' }, 1],
    ['a timeout', { code: -32010, message: 'too slow', data: { kind: 'timeout' } }, 1],
    ['a missing command', { code: -32010, message: 'not there', data: { kind: 'command_not_found' } }, 4],
    ['garbage from the server', { code: -32010, message: 'no JSON', data: { kind: 'protocol' } }, 3],
    ['an error of the server itself', { code: -32602, message: 'no such tool' }, 3],
    ['an error that is none', {}, 3],
  ])('%s', (_, error, exitCode) => {
    expect(rpcFailure(error).exitCode).toBe(exitCode);
  });

  it("keeps a server's message as it is: who prints it escapes it", () => {
    expect(rpcFailure({ code: -32000, message: '\u001b[2Jgone\n' }).message).toBe('\u001b[2Jgone\n (-32000)');
  });
});
