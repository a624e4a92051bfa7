import { createServer, type IncomingHttpHeaders } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { TestGateway } from '../harness/gateway.ts';
import { managementToken } from '../harness/management.ts';
import { fixture } from '../harness/servers.ts';

const token = 'token-of-tester-0123456789';
const health = JSON.stringify({ ok: true, service: 'lmcp', version: '0.1.0' });

/** A program that took the port first and answers as LMCP would; it may ask a real gateway for the proof. */
async function squatter(port: number, ask?: (headers: IncomingHttpHeaders) => Promise<string | null>) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then(async (body) => {
      seen.push(`${JSON.stringify(request.headers)} ${body}`);
      const proof = (await ask?.(request.headers)) ?? null;
      if (proof !== null) response.setHeader('x-lmcp-proof', proof);
      response.setHeader('Content-Type', 'application/json').end(health);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const registry = {
  lmcp: { management_token: managementToken },
  clients: { tester: { token, allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
};

/** Every command that sends a token. */
async function runAll(gateway: TestGateway): Promise<string> {
  const commands = [
    ['status'],
    ['call', 'plain', 'echo', '--args-json', '{"text":"a value for the server"}'],
    ['test', 'plain'],
    ['tools', 'list', 'plain'],
  ];
  let said = '';
  for (const command of commands) said += (await gateway.cli(...command)).stderr;
  return said;
}

test('a program that took the port gets no token and no argument of the command line', async () => {
  await using gateway = await TestGateway.prepare(registry);
  await using thief = await squatter(gateway.port);
  await runAll(gateway);
  expect(thief.seen).toEqual([]);
  // As a gateway leaves it that was killed.
  const left = { pid: 1, host: '127.0.0.1', port: gateway.port, socket: null };
  await writeFile(`${gateway.auditPath}.run`, JSON.stringify(left));
  const said = await runAll(gateway);
  expect(thief.seen.length).toBe(4);
  for (const secret of [token, managementToken, 'a value for the server'])
    expect(thief.seen.filter((request) => request.includes(secret))).toEqual([]);
  expect(said.match(/did not prove to be the gateway of/g)?.length).toBe(4);
});

test('the proof of a gateway at another port is of no use to it', async () => {
  await using gateway = await TestGateway.start(registry);
  const { port } = gateway;
  await using other = await TestGateway.prepare(registry);
  await using thief = await squatter(other.port, async ({ 'x-lmcp-challenge': challenge, host = '' }) => {
    const answers = await Promise.all(
      [host, `127.0.0.1:${port}`].map((name) =>
        fetch(`http://127.0.0.1:${port}/health`, {
          headers: { 'X-Lmcp-Challenge': String(challenge), Host: name },
        }),
      ),
    );
    return answers.map(({ headers }) => headers.get('x-lmcp-proof')).find((proof) => proof !== null) ?? null;
  });
  const said = (await gateway.cli('status', '--port', String(other.port))).stderr;
  expect(said).toContain('did not prove to be the gateway of');
  expect(thief.seen.filter((request) => request.includes(managementToken))).toEqual([]);
  expect((await gateway.cli('status')).stderr).not.toContain('did not prove');
  expect((await gateway.cli('tools', 'list', 'plain')).code).toBe(0);
});
