import { afterAll, beforeAll, expect, test } from 'vitest';
import { atScale } from '../harness/atScale.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const attacked = callerNamed('attacked');
const bystander = callerNamed('bystander');
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.start({
    clients: {
      attacked: { token: attacked.token, allow_servers: ['hostile'] },
      bystander: { token: bystander.token, allow_servers: ['plain'] },
    },
    servers: { hostile: fixture('hostile-server.ts'), plain: fixture('plain-server.ts') },
  });
});
afterAll(() => gateway[Symbol.asyncDispose]());

const mebibytes = atScale(4, 15);

test(`calls of another client are answered while ${mebibytes} MiB of numbers are read`, async () => {
  await callTool(gateway, bystander, 'plain__echo');
  await callTool(gateway, attacked, 'hostile__echo');
  const reading = new AbortController();
  const call = callTool(gateway, attacked, 'hostile__numbers', { bytes: mebibytes * 1024 * 1024 }).finally(
    () => reading.abort(),
  );
  let answeredMeanwhile = 0;
  while (!reading.signal.aborted) {
    const { body } = await callTool(gateway, bystander, 'plain__echo');
    expect(body.result).toBeDefined();
    answeredMeanwhile++;
  }
  expect((await call).body.result).toMatchObject({ content: [{ text: 'after numbers' }] });
  expect(answeredMeanwhile).toBeGreaterThan(3);
});
