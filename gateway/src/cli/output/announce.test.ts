import { describe, expect, it } from 'vitest';
import { announce } from './announce.ts';
import { registryFileOf } from '../testing/registryFile.ts';
import { scriptedTerminal } from '../testing/scriptedTerminal.ts';

const file = registryFileOf(`
clients:
  vscode: { token: "a-secret-of-vscode-1", allow_servers: [] }
  my-script: { token: "a-secret-of-script-1", allow_servers: [] }
`);

function said(stdoutIsTerminal: boolean, port = 7345, connected: readonly string[] = []): string {
  const terminal = scriptedTerminal({ stdoutIsTerminal, env: { NO_COLOR: '1' } });
  const commandLine = (rest: string) => `lmcp ${rest}`;
  const context = { terminal, commandLine, registryPath: file.path, registryChosen: true };
  announce(context, file, { host: '127.0.0.1', port, tls: false }, connected);
  expect(terminal.written.err).toBe('');
  return terminal.written.out;
}

describe('announce', () => {
  it('shows ready snippets on a terminal', () => {
    const text = said(true);
    expect(text).toContain('http://127.0.0.1:7345/mcp');
    expect(text).toContain('http://127.0.0.1:7345/ui');
    expect(text).toContain('"X-Lmcp-Token": "a-secret-of-vscode-1"');
    expect(text).toContain('lmcp connect <app> --client my-script --print');
    expect(text).toContain('lmcp management enable');
  });

  it('names the applications that are connected in place of snippets', () => {
    const text = said(true, 7345, ['codex', 'cursor']);
    expect(text).toContain('Connected: codex, cursor; lmcp connect --check\n');
    expect(text).not.toContain('a-secret');
    expect(text).not.toContain('--print');
  });

  it('shows no token elsewhere, but the line that does', () => {
    const text = said(false, 8000);
    expect(text).not.toContain('a-secret');
    expect(text).toContain('Client vscode: lmcp connect vscode --port 8000 --print\n');
  });
});
