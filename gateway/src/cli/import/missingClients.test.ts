import { expect, test } from 'vitest';
import { planImport, type Present } from '../../import/plan.ts';
import { missingClientsText, withoutMissingClients } from './missingClients.ts';

test('keeps the grants of clients that there are, and names the servers of those that are missing', () => {
  const present: Present = {
    servers: new Map([['mine', { transport: 'stdio', command: 'x' }]]),
    clients: new Map([['codex', { allowServers: [] }]]),
    secrets: new Map(),
  };
  const of = (client: string, project: string | null = null) => ({
    from: client,
    client,
    servers: [
      { name: 'mine', entry: { command: 'x' }, project },
      { name: 'new', entry: { command: 'y' }, project },
    ],
  });
  const sources = [of('codex'), of('cursor'), of('zed', '/src')];
  const whole = planImport(sources, present, { env: {}, projects: false });
  const { plan, missing } = withoutMissingClients(whole, present);
  expect([...plan.grants.keys()]).toEqual(['codex']);
  expect([...missing]).toEqual([['cursor', ['mine', 'new']]]);
  expect(missingClientsText(missing, (rest) => `lmcp ${rest}`)).toBe(
    'lmcp: no client cursor in the registry, so none is granted mine, new: ' +
      'add it (lmcp client add cursor), then import again\n',
  );
});
