import { expect, test } from 'vitest';
import { AuditUnavailableError, UpstreamError } from '../../errors.ts';
import { quote, RpcFailure, toRpcError } from './rpcFailure.ts';

test('an unexpected error reveals no internal details', () => {
  for (const error of [new Error('ENOENT /home/me/registry.yaml'), 'token-of-vscode', undefined, { a: 1 }]) {
    expect(toRpcError(error)).toEqual({
      code: -32603,
      message: 'LMCP failed to handle this request; its log says more',
    });
  }
  expect(JSON.stringify(toRpcError(new AuditUnavailableError('EIO /var/log/audit.log')))).not.toContain(
    '/var',
  );
});

test('the client gets the message of a server failure, only the operator its detail', () => {
  const error = new UpstreamError('start_failed', 'it could not be started', 'spawn /opt/secret ENOENT');
  expect(toRpcError(error)).toEqual({
    code: -32010,
    message: 'it could not be started',
    data: { kind: 'start_failed' },
  });
  expect(toRpcError(new RpcFailure(-1, 'words'))).toEqual({ code: -1, message: 'words' });
});

test('quotes names sent by clients on one line, well formed and short', () => {
  expect(quote('a"\n\ud800')).toBe('"a\\"\\n\ufffd"');
  expect(quote('x'.repeat(10_000))).toHaveLength(83);
});
