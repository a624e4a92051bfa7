import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sleep, TestGateway, until } from '../harness/gateway.ts';
import { manage } from '../harness/management.ts';
import { recorded } from '../harness/recording/recorded.ts';
import { managementToken, recordingGateway, tester } from '../harness/recording/recordingGateway.ts';
import { post, rpc } from '../harness/rpc.ts';
import { Tracer } from '../harness/processes/tracer.ts';

const call = { name: 'recording__echo', arguments: {} };

test.each([
  ['EIO', 'input/output error'],
  ['ENOSPC', 'the disk is full'],
])(
  'when the disk answers %s no call is forwarded, and it says so; then it goes on',
  async (fault, message) => {
    const { gateway, file } = await recordingGateway();
    await using _ = gateway;
    const before = (await recorded(file)).length;
    {
      await using _ = await Tracer.attach(gateway.process?.pid ?? 0, `error=${fault}`);
      for (let i = 0; i < 3; i++) {
        expect((await rpc(gateway, tester, 'tools/call', call)).body.error?.code).toBe(-32012);
      }
      const health = await fetch(`${gateway.origin}/health`);
      expect(health.status).toBe(503);
      const { body } = await manage(gateway, managementToken, '/status');
      // A read with the management token can't be logged, so it shows what everybody sees; the terminal says why.
      expect(body).toMatchObject({ status: { audit: { ok: false } } });
      expect(gateway.output).toContain(message);
      const patch = { clients: { tester: { rate_limit_rpm: 7 } } };
      expect((await manage(gateway, managementToken, '/registry/apply', { body: { patch } })).status).toBe(
        503,
      );
      expect(await gateway.registryText()).not.toContain('rate_limit_rpm');
      await sleep(300);
      expect(await recorded(file)).toHaveLength(before);
    }
    await until(
      'it goes on',
      async () => (await rpc(gateway, tester, 'tools/call', call)).body.result !== undefined,
    );
    await gateway.stop();
    expect((await gateway.cli('audit', 'verify')).code).toBe(0);
  },
);

test('a segment size that is edited takes effect with the next lines', async () => {
  const { gateway } = await recordingGateway();
  await using _ = gateway;
  const segments = async (): Promise<number> =>
    (await readdir(join(gateway.folder, 'logs'))).filter((name) => /^audit\.log(\.\d+)?$/.test(name)).length;
  const write = async (calls: number): Promise<void> => {
    for (let left = calls; left > 0; left -= 20) {
      await Promise.all(Array.from({ length: 20 }, () => rpc(gateway, tester, 'tools/call', call)));
    }
  };
  await write(1_500);
  expect(await segments()).toBe(1);
  // Whole, as an editor writes it.
  const edited = (await gateway.registryText()).replace('lmcp:\n', 'lmcp:\n  audit_rotate_mib: 1\n');
  await writeFile(`${gateway.registryPath}.new`, edited, { mode: 0o600 });
  await rename(`${gateway.registryPath}.new`, gateway.registryPath);
  await until('the edit is logged', async () =>
    (await gateway.audit()).some(({ event, allowed }) => event === 'config_change' && allowed),
  );
  await write(200);
  expect(await segments()).toBe(2);
  await gateway.stop();
  expect((await gateway.cli('audit', 'verify')).code).toBe(0);
});

test('no argument, result, header or query is in the log', async () => {
  const { gateway } = await recordingGateway();
  await using _ = gateway;
  const secret = 'nobody-may-read-this';
  const args = { name: 'recording__echo', arguments: { [secret]: secret } };
  const headers = {
    'X-Request-Id': `${secret} and more`,
    'X-Other': secret,
    Authorization: `Bearer ${tester.token}`,
  };
  const query = `client_id=${tester.id}&token=${tester.token}&note=${secret}`;
  for (const params of [args, { ...args, name: 'recording__secret' }, { ...args, name: 'unknown__tool' }])
    await rpc(gateway, tester, 'tools/call', params, { headers, path: `/mcp?${query}` });
  for (const uri of [
    `https://host/path?key=${secret}`,
    `https://u:${secret}@host/#${secret}`,
    `data:,${secret}`,
  ])
    await rpc(gateway, tester, 'resources/read', { uri: `lmcp:recording/${uri}` });
  const prompt = await rpc(gateway, tester, 'prompts/get', {
    name: 'recording__greet',
    arguments: { a: secret },
  });
  expect(prompt.body.result?.['description']).toBe('what-the-server-answered');
  await post(`${gateway.origin}/mcp?${query}`, `{"broken":"${secret}`);
  await fetch(`${gateway.origin}/status?limit=${secret}`);
  const text = readFileSync(gateway.auditPath, 'utf8');
  expect(text.match(/"event":"tool_(authz|result)"/g)?.length).toBeGreaterThan(8);
  expect(text).toMatch(/"args":\{"hmac":"[0-9a-f]{64}","bytes":\d+\}/);
  for (const hidden of [secret, 'what-the-server-answered', tester.token, managementToken])
    expect([hidden, text.includes(hidden)]).toEqual([hidden, false]);
});

test('a checkpoint kept elsewhere shows that the end of the log was cut off; the log alone does not', async () => {
  const { gateway } = await recordingGateway();
  await using _ = gateway;
  await gateway.stop();
  const kept = join(gateway.folder, 'kept');
  const key = join(gateway.folder, 'key');
  writeFileSync(kept, (await gateway.cli('audit', 'checkpoint')).stdout);
  writeFileSync(key, (await gateway.cli('audit', 'checkpoint', '--key')).stdout);
  const verify = (): ReturnType<TestGateway['cli']> =>
    gateway.cli('audit', 'verify', '--key', key, '--checkpoint', kept);
  expect((await verify()).code).toBe(0);
  const lines = readFileSync(gateway.auditPath, 'utf8').split('\n');
  truncateSync(gateway.auditPath, Buffer.byteLength(lines.slice(0, 4).join('\n')) + 1);
  expect((await gateway.cli('audit', 'verify')).code).toBe(0);
  const cut = await verify();
  expect([cut.code, cut.stdout]).toEqual([1, expect.stringContaining('its end is missing') as string]);
  const wrong = await gateway.cli('audit', 'verify', '--key', kept);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('no verifier keys') as string]);
});

test('an edit made while no gateway runs shows in the log: a start names the revision that it begins with', async () => {
  await using gateway = await TestGateway.start({});
  await gateway.writeRegistry({ clients: { tester: { token: tester.token, allow_servers: [] } } });
  await until('it is active', async () => (await gateway.audit()).at(-1)?.event === 'config_change');
  await gateway.stop();
  expect((await gateway.cli('client', 'add', 'second')).code).toBe(0);
  await gateway.run();
  await gateway.stop();
  await gateway.writeRegistry({});
  await gateway.run();
  const revisions = (await gateway.audit()).flatMap(({ event, detail }) =>
    event === 'audit_open' || event === 'config_change' ? [detail?.['revision']] : [],
  );
  const [first, edited, byCommand, changed, again, unseen] = revisions;
  expect(revisions).toHaveLength(6);
  expect(first).toMatch(/^[0-9a-f]{12}$/);
  expect(new Set([first, edited, changed]).size).toBe(3);
  // The loss shows without a line about it: the last start does not begin where the previous run ended.
  expect([byCommand, again, unseen]).toEqual([edited, changed, first]);
});

test('the newest 50 lines of a large log are had for a bounded number of bytes', async () => {
  const { gateway } = await recordingGateway();
  await using _ = gateway;
  await gateway.stop();
  const [, line = ''] = readFileSync(gateway.auditPath, 'utf8').split('\n');
  const copies = Math.ceil((64 * 1024 * 1024) / (line.length + 1));
  const copy = join(gateway.folder, 'large.log');
  writeFileSync(copy, `${line}\n`.repeat(copies));
  const bytesRead = async (log: string): Promise<number> => {
    const { stdout, code } = await gateway.cliMeasured('audit', 'tail', log, '--json', '-n', '50');
    expect(code).toBe(0);
    return Number(/^rchar: (\d+)$/m.exec(stdout)?.[1]);
  };
  const large = await bytesRead(copy);
  writeFileSync(copy, `${line}\n`.repeat(50));
  expect(large - (await bytesRead(copy))).toBeLessThan(1024 * 1024);
});
