import { expect, test } from 'vitest';
import { testClient } from '../clients/testClient.ts';
import type { ClientRequests } from '../registry/types.ts';
import { plain } from '../upstream/testing/servers.ts';
import { clientRequestKind, decideClientRequest } from './clientRequests.ts';

const open: ClientRequests = { sampling: 'allow', elicitation: 'allow', roots: 'allow' };

test("a server's policy is the upper bound, and the client's own narrows it", () => {
  const decide = (ofServer: Partial<ClientRequests>, ofClient?: Partial<ClientRequests>) =>
    decideClientRequest(
      {
        ...testClient('red'),
        tools: { mode: 'all', max: 100, always: [], descriptions: 'full' },
        clientRequests: new Map(ofClient === undefined ? [] : [['plain', { ...open, ...ofClient }]]),
      },
      plain({ clientRequests: { ...open, ...ofServer } }),
      'sampling',
    );
  expect(decide({})).toEqual({ allowed: true, reason: 'ok', rule: 'servers.plain.client_requests.sampling' });
  expect(decide({ elicitation: 'deny' }).allowed).toBe(true);
  expect(decide({ sampling: 'deny' }, { sampling: 'allow' })).toEqual({
    allowed: false,
    reason: 'client_request_denied',
    rule: 'servers.plain.client_requests.sampling',
  });
  expect(decide({}, { sampling: 'deny' })).toEqual({
    allowed: false,
    reason: 'client_request_restricted',
    rule: 'clients.red.client_requests.plain.sampling',
  });
});

test('knows the methods by which servers ask', () => {
  expect(
    ['sampling/createMessage', 'elicitation/create', 'roots/list', 'tools/list'].map(clientRequestKind),
  ).toEqual(['sampling', 'elicitation', 'roots', undefined]);
});
