import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { clearManagementToken, clearTokenOf } from './clearTokens.ts';
import { registryFileOf } from '../../cli/testing/registryFile.ts';

const sha256 = (token: string) => hash('sha256', token, 'hex');
const text = `
lmcp:
  management_token_sha256: ${sha256('the-management-token')}
clients:
  clear: { token: "a-token-in-clear-0001", allow_servers: [] }
  rotating: { token: ["an-old-token-00000001", "a-new-token-000000001"], allow_servers: [] }
  variable: { token: "\${MY_TOKEN}", allow_servers: [] }
  digest: { token_sha256: ${sha256('a-token-kept-elsewhere')}, allow_servers: [] }
`;
const file = (env: Record<string, string> = {}) =>
  registryFileOf(text, { MY_TOKEN: 'a-token-of-the-shell', ...env });

describe('clearTokenOf', () => {
  it('finds what the file holds or names, the newest of two', () => {
    expect(clearTokenOf(file(), 'clear')).toBe('a-token-in-clear-0001');
    expect(clearTokenOf(file(), 'rotating')).toBe('a-new-token-000000001');
    expect(clearTokenOf(file(), 'variable')).toBe('a-token-of-the-shell');
    expect(clearTokenOf(file(), 'digest')).toBeUndefined();
    expect(clearTokenOf(file(), 'constructor')).toBeUndefined();
  });

  it('takes LMCP_TOKEN for the client whose token it is, and for no other', () => {
    const given = file({ LMCP_TOKEN: 'a-token-kept-elsewhere' });
    expect(clearTokenOf(given, 'digest')).toBe('a-token-kept-elsewhere');
    expect(clearTokenOf(given, 'clear')).toBe('a-token-in-clear-0001');
  });
});

describe('clearManagementToken', () => {
  it('takes LMCP_MANAGEMENT_TOKEN only where the registry accepts it', () => {
    expect(clearManagementToken(file())).toBeUndefined();
    expect(clearManagementToken(file({ LMCP_MANAGEMENT_TOKEN: 'something-else-000' }))).toBeUndefined();
    expect(clearManagementToken(file({ LMCP_MANAGEMENT_TOKEN: 'the-management-token' }))).toBe(
      'the-management-token',
    );
  });
});
