import { expect, test } from 'vitest';
import { suggestedApp } from './suggestedApp.ts';

const known = ['vscode', 'codex', 'claude-code'];
const on = (app: string, client_id: string | null) =>
  ({
    ...{ app, title: app, file: `/home/me/${app}`, client_id },
    state: client_id === null ? 'not_connected' : 'connected',
  }) as const;

test.each([
  ['the one whose file has its token', 'mine', [on('codex', 'mine'), on('vscode', null)], 'codex'],
  ['the one of its name', 'claude-code', [on('codex', null)], 'claude-code'],
  ['the one that its name begins with', 'codex-laptop', [on('vscode', null)], 'codex'],
  [
    'the first on the machine that is not connected',
    'ci',
    [on('codex', 'x'), on('claude-code', null)],
    'claude-code',
  ],
  ['VS Code where nothing is known', 'ci', [], 'vscode'],
] as const)('opens on %s', (_name, client, onMachine, app) => {
  expect(suggestedApp(client, known, onMachine)).toBe(app);
});
