import { expect, test } from 'vitest';
import { Trail } from '../../audit/trail.ts';
import type { Audit } from '../../audit/types.ts';
import { wholeJson } from '../../json/jsonText.ts';
import { readInSlices } from '../../json/losslessReader.ts';
import type { RpcRequest } from '../jsonrpc/message.ts';
import { silent } from '../jsonrpc/notifier.ts';
import type { AdmittedRequest } from './admittedRequest.ts';
import type { Caller } from './caller.ts';
import type { CallDependencies } from './forward.ts';
import { forwardAndRespond } from './forwardAndRespond.ts';
import type { Reply } from './reply.ts';

const mib = 1024 ** 2;

interface Answered {
  readonly reply: Reply;
  /** Turns of the event loop between the durable outcome and the answer, in which others are served. */
  readonly turns: number;
}

/** A call that a server answers with this text; `cancelledAfter`: the client cancels this number of turns after the outcome. */
async function answered(text: string, cancelledAfter = Infinity): Promise<Answered> {
  const result = await readInSlices(text);
  let recorded = false;
  let turns = 0;
  const append = async (): Promise<void> => {
    recorded = true;
    await Promise.resolve();
  };
  const instance = {
    era: 'legacy',
    servesOther: () => false,
    request: () => Promise.resolve({ result, bytes: text.length }),
  };
  const deps = {
    pool: { acquire: () => Promise.resolve(instance) },
    clock: { monotonic: () => 0 },
    logLevels: { ensure: () => undefined },
    given: { give: () => undefined },
  } as unknown as CallDependencies;
  const underWay = {
    outcome: () => Promise.resolve({ result, bytes: text.length }),
    get cancelled() {
      return turns >= cancelledAfter;
    },
    answering: () => undefined,
    end: () => undefined,
  };
  const caller = {
    client: { id: 'tester' },
    trail: new Trail({ append } as unknown as Audit, null),
    era: { capabilities: {}, begin: () => underWay, result: (_method: string, value: unknown) => value },
  } as unknown as Caller;
  const admitted = { server: { id: 's' }, method: 'tools/call', params: {} } as unknown as AdmittedRequest;
  const request: RpcRequest = { kind: 'request', id: 7, method: 'tools/call', params: {} };
  let answering = true;
  const bystander = (): void => {
    if (!answering) return;
    if (recorded) turns++;
    setImmediate(bystander);
  };
  setImmediate(bystander);
  const reply = await forwardAndRespond(deps, caller, request, admitted, silent);
  answering = false;
  return { reply, turns };
}

const numbers = `{"content":[${'1e1,'.repeat(4 * mib - 1)}1.0]}`;

test('a result of 16 MiB whose digits are kept is written over many turns of the event loop, byte for byte', async () => {
  const { reply, turns } = await answered(numbers);
  // A slice has 32 KiB, a turn at most 16 of them.
  expect(turns).toBeGreaterThanOrEqual(30);
  expect(wholeJson(reply.text ?? '') === `{"jsonrpc":"2.0","id":7,"result":${numbers}}`).toBe(true);
});

test('a client that cancels while its result is written gets no answer', async () => {
  expect((await answered(numbers, 3)).reply.text).toBeNull();
});

test('a usual result is written without a pause', async () => {
  const { reply, turns } = await answered('{"content":[1e1]}');
  expect(turns).toBe(0);
  expect(reply.text).toBe('{"jsonrpc":"2.0","id":7,"result":{"content":[1e1]}}');
});
