import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';

const tester = callerNamed('tester');

/** An address of this machine that other machines may reach. */
const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

test.each(['0.0.0.0', '::', ...(outside === undefined ? [] : [outside])])(
  'with loopback_only it listens on loopback, whatever --host says: %s',
  async (host) => {
    await using gateway = await TestGateway.prepare({});
    const { code, stdout, stderr } = await gateway.cli('serve', '--no-open', '--host', host);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`LMCP does not listen at ${host}`);
  },
);

test('both loopback addresses are taken, and given back at the end', async () => {
  await using gateway = await TestGateway.start({});
  const other = `http://[::1]:${gateway.port}`;
  expect((await fetch(`${other}/health`)).status).toBe(200);
  expect(await foreignAddresses(gateway)).toEqual([]);
  await gateway.stop();
  await expect(fetch(`${other}/health`)).rejects.toThrow();
});

test('a loopback address that another program has is named in the terminal and in /status', async () => {
  await using gateway = await TestGateway.prepare({});
  const stranger = createServer();
  await new Promise<void>((resolve) => stranger.listen(gateway.port, '::1', resolve));
  await gateway.run();
  expect(await foreignAddresses(gateway)).toEqual(['::1']);
  expect(gateway.output).toContain(`another program has http://[::1]:${gateway.port}`);
  expect((await gateway.cli('status')).stdout).toContain(`another program has http://[::1]:${gateway.port}`);
  stranger.close();
});

async function foreignAddresses({ origin }: TestGateway): Promise<unknown> {
  const answer = (await (await fetch(`${origin}/status`)).json()) as { status: Record<string, unknown> };
  return answer.status['foreign_addresses'];
}

test('with loopback_only no header reaches host.docker.internal at an address of another machine, whatever DNS says', async () => {
  if (outside === undefined) throw new Error('this test needs a network interface besides loopback');
  let requests = 0;
  const stranger: Server = createServer((_, response) => {
    requests++;
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => stranger.listen(0, outside, resolve));
  const { port } = stranger.address() as AddressInfo;
  await using gateway = await TestGateway.prepare({
    clients: { tester: { token: tester.token, allow_servers: ['remote'] } },
    servers: { remote: { transport: 'http', url: `http://host.docker.internal:${port}/mcp` } },
  });
  const hook = join(gateway.folder, 'dns.mjs');
  await writeFile(
    hook,
    `import dns from 'node:dns';
     const { lookup } = dns;
     dns.lookup = (name, options, done) =>
       name === 'host.docker.internal' ? done(null, [{ address: '${outside}', family: 4 }]) : lookup(name, options, done);`,
  );
  await gateway.run({ NODE_OPTIONS: `--import=file://${hook}` });
  const { body } = await callTool(gateway, tester, 'remote__any');
  expect(body.error?.message).toContain('not on this machine');
  expect(requests).toBe(0);
  stranger.close();
});
