import { expect, test, vi } from 'vitest';
import { Trail } from '../../audit/trail.ts';
import type { Audit, AuditEntry } from '../../audit/types.ts';
import { systemClock } from '../../clock.ts';
import { UpstreamError } from '../../errors.ts';
import { sliceLength } from '../../json/losslessReader.ts';
import { answered } from '../../management/calls/answered.ts';
import { Turns } from '../../turns.ts';
import { Router } from '../../upstream/rpc/router.ts';
import type { Conversation, Question, QuestionAnswer } from '../../upstream/types.ts';
import { conversationOf } from '../era/legacy/conversation.ts';
import { ParkedCall } from '../era/stateless/parkedCall.ts';
import { silent } from '../jsonrpc/notifier.ts';
import { takeNotification, type NotificationParts } from '../session/serverNotifications.ts';
import { Session } from '../session/session.ts';
import type { AdmittedRequest } from './admittedRequest.ts';
import type { Caller } from './caller.ts';
import { forward, replyTo, type CallDependencies } from './forward.ts';
import { governedConversation } from './questions/clientRequests.ts';

const numbers = Array.from({ length: (12 * sliceLength) / 2 }, () => 1);
const params = { numbers };
const never = new AbortController().signal;
const question: Question = { method: 'elicitation/create', params };
const identity = { clientId: 'red', tokenKey: '', only: 's', revision: '2025-11-25' };
const capabilities = { elicitation: {}, roots: { listChanged: true } };
const server = { id: 's', scope: 'client', clientRequests: {}, timeouts: {} };
const timeoutMs = 60_000;

/** Slices after each of which others are served, while this runs. */
async function slicesOf(run: () => Promise<unknown>): Promise<number> {
  const next = vi.spyOn(Turns.prototype, 'next');
  try {
    await run();
    return next.mock.calls.length;
  } finally {
    next.mockRestore();
  }
}

function callerWith(entries: AuditEntry[] = []): Caller {
  const append = (more: readonly AuditEntry[]): Promise<void> => {
    entries.push(...more);
    return Promise.resolve();
  };
  const trail = new Trail({ append } as unknown as Audit, null);
  const era = { capabilities, errorStatus: () => 200 };
  return { client: { id: 'red', clientRequests: new Map() }, trail, era, only: 's' } as unknown as Caller;
}

const conversation: Conversation = {
  capabilities,
  takesInputRequired: false,
  logLevel: undefined,
  notify: () => undefined,
  ask: () => Promise.resolve({ result: params }),
};

test('a question is written in slices for a client with a session', async () => {
  const session = new Session({ ...identity, capabilities }, 0);
  const sent: string[] = [];
  const slices = await slicesOf(async () => {
    void session.ask(question, never, (text) => sent.push(text));
    await expect.poll(() => sent).toHaveLength(1);
  });
  expect(JSON.parse(sent[0] ?? '')).toMatchObject(question);
  expect(slices).toBeGreaterThanOrEqual(10);
});

test('a question that nobody waits for any more when it is written is not sent, nor is it cancelled', async () => {
  const session = new Session({ ...identity, capabilities }, 0);
  const sent: string[] = [];
  const over = new AbortController();
  const asked = session.ask(question, over.signal, (text) => sent.push(text));
  over.abort();
  expect(await asked).toHaveProperty('error');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sent).toEqual([]);
});

test('a question is counted and written in slices for a client without a session', async () => {
  const envelope = { capabilities, logLevel: undefined, application: undefined };
  const call = new ParkedCall({ identity: 'i', clientId: 'red', requestBytes: 100 }, envelope, {
    ...silent,
    notify: () => true,
  });
  call.begin(new Promise(() => undefined));
  const slices = await slicesOf(async () => {
    void call.conversation.ask(question, never);
    expect(await call.next()).toHaveProperty('kind', 'questions');
  });
  expect(slices).toBeGreaterThanOrEqual(10);
  expect(call.bytes).toBe(100 + JSON.stringify(question).length);
});

test('the question and the answer are measured for the log in slices', async () => {
  const entries: AuditEntry[] = [];
  const caller = callerWith(entries);
  const governed = governedConversation(caller, server as never, conversation);
  const slices = await slicesOf(() => governed.ask(question, never));
  expect(slices).toBeGreaterThanOrEqual(20);
  const bytes = JSON.stringify(params).length;
  expect(entries.map(({ event, detail }) => [event, detail?.['bytes']])).toEqual([
    ['client_request', bytes],
    ['client_request_result', bytes],
  ]);
});

test('the answer of a client is written in slices for its server', async () => {
  const { router, sent } = routerWith();
  router.request('tools/call', {}, { timeoutMs, conversation }).catch(() => undefined);
  const slices = await slicesOf(async () => {
    void router.receive(JSON.stringify({ jsonrpc: '2.0', id: 'q', ...question, params: {} }), 100);
    await expect.poll(() => sent).toHaveLength(2);
  });
  expect(JSON.parse(sent[1] ?? '')).toEqual({ jsonrpc: '2.0', id: 'q', result: params });
  router.end(new UpstreamError('stopped', 'over'));
  expect(slices).toBeGreaterThanOrEqual(10);
});

test('roots are measured in slices, and kept', async () => {
  const session = new Session({ ...identity, capabilities }, 0);
  const answer: QuestionAnswer = { result: params };
  const slices = await slicesOf(async () => {
    const asked = session.roots(() => undefined);
    session.answered('lmcp-1', answer);
    expect(await asked).toBe(answer);
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  expect(slices).toBeGreaterThanOrEqual(10);
  expect(await session.roots(() => expect.unreachable())).toBe(answer);
});

test('a log message during a call is written in slices', async () => {
  const session = new Session({ ...identity, capabilities }, 0);
  const sent: string[] = [];
  const notifier = { ...silent, notify: (text: string) => sent.push(text) > 0 };
  const told = conversationOf(session, notifier, undefined);
  const slices = await slicesOf(async () =>
    told.notify('notifications/message', { level: 'error', data: params }),
  );
  expect(sent).toHaveLength(1);
  expect(slices).toBeGreaterThanOrEqual(10);
});

test('progress is written in slices, and before the answer that comes after it', async () => {
  const { router } = routerWith();
  const order: string[] = [];
  const notifier = { ...silent, notify: (text: string) => order.push(text.slice(0, 60)) > 0 };
  const instance = {
    era: 'legacy',
    initializeResult: {},
    servesOther: () => false,
    request: router.request.bind(router),
  };
  const deps = {
    pool: { acquire: () => Promise.resolve(instance) },
    logLevels: { ensure: () => undefined },
    given: { give: () => undefined },
  } as unknown as CallDependencies;
  const admitted = {
    server: { ...server, timeouts: { toolsCallS: 60, toolsCallMaxS: 60 } },
    method: 'tools/call',
    params: { _meta: { progressToken: 't' } },
  } as unknown as AdmittedRequest;
  const caller = {
    ...callerWith(),
    era: { capabilities, paramsForHandshake: (_i: unknown, p: unknown) => p },
  };
  const slices = await slicesOf(async () => {
    const side = { notifier, signal: undefined, conversation: undefined };
    const call = forward(deps, caller as unknown as Caller, admitted, side).then(() => order.push('answer'));
    await new Promise((resolve) => setImmediate(resolve));
    const progress = { method: 'notifications/progress', params: { progressToken: 1, ...params } };
    void router.receive(JSON.stringify({ jsonrpc: '2.0', ...progress }), 100);
    void router.receive('{"jsonrpc":"2.0","id":1,"result":{}}', 100);
    await call;
  });
  expect(order).toEqual([expect.stringContaining('notifications/progress'), 'answer']);
  // Read, then written.
  expect(slices).toBeGreaterThanOrEqual(20);
});

test('what a server tells all sessions of a client is written once, in slices', async () => {
  const sessions = [new Session(identity, 0), new Session(identity, 0)];
  const sent: string[] = [];
  for (const session of sessions) {
    session.attach(
      {
        open: true,
        send: (text: string) => sent.push(text) > 0,
        offer: (text: string) => sent.push(text) > 0,
      } as never,
      undefined,
    );
  }
  const parts = {
    sessions: { of: () => sessions },
    registry: () => ({
      servers: new Map([['s', server]]),
      clients: new Map([['red', { allowServers: new Set(['s']) }]]),
    }),
  } as unknown as NotificationParts;
  const notification = {
    serverId: 's',
    method: 'notifications/message',
    params: { level: 'error', data: params },
  };
  const owner = { clientId: 'red', sessionId: null };
  const slices = await slicesOf(async () => takeNotification(parts, notification, owner));
  expect(sent).toHaveLength(2);
  expect(slices).toBeGreaterThanOrEqual(10);
  expect(slices).toBeLessThan(20);
});

test('an error with large data is written in slices', async () => {
  const error = { code: -32_000, message: 'm', data: params };
  const outcome = { error, bytes: JSON.stringify(error).length };
  const request = { kind: 'request', id: 1, method: 'tools/call', params: {} } as const;
  const slices = await slicesOf(async () => replyTo(callerWith(), request, {} as AdmittedRequest, outcome));
  expect(slices).toBeGreaterThanOrEqual(10);
});

test('management reads the answer that it got for a client in slices', async () => {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, result: params });
  const slices = await slicesOf(async () => {
    expect(await answered('red', text)).toMatchObject({ outcome: 'ok', result: params });
  });
  expect(slices).toBeGreaterThanOrEqual(10);
});

function routerWith(): { readonly router: Router; readonly sent: string[] } {
  const sent: string[] = [];
  const router = new Router({
    serverId: 's',
    shared: false,
    clock: systemClock,
    send: (text) => {
      sent.push(text);
      return Promise.resolve();
    },
    onNotification: () => undefined,
    onAnomaly: () => undefined,
    onUnusable: () => undefined,
    onIdle: () => undefined,
  });
  return { router, sent };
}
