import { afterAll, beforeAll, expect, it } from 'vitest';
import { containersOf, fixtureServer, realEngine, testInstance } from '../harness/docker/containers.ts';
import { SshServer } from '../harness/docker/sshServer.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';

const { address } = realEngine();
const caller = callerNamed('tester');
let server: SshServer;

beforeAll(async () => {
  server = await SshServer.listen();
});
afterAll(() => server[Symbol.asyncDispose]());

function started(name: string, dockerHost: string): Promise<TestGateway> {
  const image = fixtureServer;
  return TestGateway.start(
    {
      clients: { tester: { token: caller.token, allow_servers: ['image', 'folder'] } },
      servers: { image, folder: { ...image, mounts: [{ source: '/srv', target: '/srv' }] } },
    },
    { ...server.env, LMCP_INSTALLATION: name, DOCKER_HOST: dockerHost },
  );
}

const reached = (): string => `ssh://tester@127.0.0.1:${server.port}${address.socketPath}`;

it('runs servers on an engine that SSH leads to, by one session, and opens another when it has ended', async () => {
  const name = testInstance();
  await using gateway = await started(name, reached());
  const call = async (tool: string, args = {}): Promise<string | undefined> => {
    const { body } = await callTool(gateway, caller, tool, args);
    return (body.result?.['content'] as { text: string }[] | undefined)?.[0]?.text ?? body.error?.message;
  };
  const before = server.commands.length;
  const text = '€'.repeat(100_000);
  expect(await call('image__echo', { text })).toBe(text);
  expect(server.connections).toBe(1);
  expect(await containersOf(name)).toHaveLength(1);
  // Links in a path of that machine can't be resolved from here.
  expect(await call('folder__echo')).toContain('may not be mounted');

  server.hangUp();
  await expect.poll(() => server.commands.length).toBe(before + 2);
  await expect.poll(() => call('image__echo', { text: 'again' })).toBe('again');
  expect(await gateway.stop()).toBe(0);
  expect(await containersOf(name)).toEqual([]);
  await expect.poll(() => server.connections).toBe(0);
});

it('ends its session when the gateway is killed', async () => {
  await using gateway = await started(testInstance(), reached());
  await callTool(gateway, caller, 'image__echo', { text: 'x' });
  expect(server.connections).toBe(1);
  await gateway.stop('SIGKILL');
  await expect.poll(() => server.connections).toBe(0);
});

it('says what ssh says where it cannot log in', async () => {
  await using gateway = await started(testInstance(), `ssh://127.0.0.1:9${address.socketPath}`);
  const { body } = await callTool(gateway, caller, 'image__echo', { text: 'x' });
  expect(body.error).toMatchObject({ code: -32010, data: { kind: 'unreachable' } });
  expect(gateway.output).toMatch(/ssh to 127\.0\.0\.1: .*refused/);
});
