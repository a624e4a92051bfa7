import { expect, test } from 'vitest';
import type { ServerAnswer } from '../../gateway/src/api/servers.ts';
import { TestGateway } from '../harness/gateway.ts';
import { manage, managementToken } from '../harness/management.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';

const caller = callerNamed('tester');
const reason = 'FATAL: set EXAMPLE_API_KEY';

test('shows the stderr of a failed server only to the administrator', async () => {
  const secret = 'a-secret-value-0123456789';
  const script = `console.error('\\u001b[31m${reason} not ' + process.env.API_KEY); process.exit(1)`;
  await using gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
    clients: { tester: { token: caller.token, allow_servers: ['broken'] } },
    servers: {
      broken: {
        transport: 'stdio',
        command: process.execPath,
        args: ['-e', script],
        env: { API_KEY: secret },
      },
    },
  });
  const events = await fetch(`${gateway.origin}/events`);
  let streamed = '';
  const reading = (async () => {
    for await (const chunk of events.body ?? []) streamed += Buffer.from(chunk as Uint8Array).toString();
  })().catch(() => undefined);
  const answer = await callTool(gateway, caller, 'broken__anything');
  expect(answer.body.error?.code).toBe(-32010);
  const { body } = await manage<ServerAnswer>(gateway, managementToken, '/management/servers/broken');
  const status = await gateway.cli('status');
  const tested = await gateway.cli('test', 'broken', '--client', caller.id);
  expect(tested.code).not.toBe(0);
  await expect.poll(() => gateway.output).toContain(reason);
  for (const text of [gateway.output, status.stdout, tested.stderr, body.server.last_error ?? '']) {
    expect(text).toContain(reason);
    expect(text).not.toContain(secret);
  }
  // Commands write what the server wrote to pipes, as they are here; the interface escapes what it shows.
  expect(gateway.output).not.toContain('\u001b');
  const everybody = await (await fetch(`${gateway.origin}/status`)).text();
  await expect.poll(() => streamed).toContain('"server_error"');
  const page = await (await fetch(`${gateway.origin}/ui/`)).text();
  for (const text of [answer.text, everybody, streamed, page, JSON.stringify(await gateway.audit())])
    expect(text).not.toContain('EXAMPLE_API_KEY');
  await gateway.stop();
  await reading;
});
