import { expect, it } from 'vitest';
import { firstRunSteps } from './firstRun.ts';

const fresh = { signedIn: false, servers: 0, clients: null, clientCount: 0, connected: false };
const summary = (of: Parameters<typeof firstRunSteps>[0]): string[] =>
  firstRunSteps(of).map(({ name, done }) => `${name}${done ? ' ✓' : ''}`);

it('begins with the sign-in of a gateway that has nothing', () => {
  expect(summary(fresh)).toEqual(['Sign in', 'Add a server', 'Add a client', 'First call']);
});

it('names the only client that is to be connected', () => {
  const of = { ...fresh, signedIn: true, servers: 1, clients: ['codex'], clientCount: 1 };
  expect(summary(of)).toEqual(['Sign in ✓', 'Add a server ✓', 'Connect codex', 'First call']);
  expect(summary({ ...of, clients: ['codex', 'vscode'], clientCount: 2, connected: true })).toEqual([
    'Sign in ✓',
    'Add a server ✓',
    'Connect a client ✓',
    'First call',
  ]);
});
