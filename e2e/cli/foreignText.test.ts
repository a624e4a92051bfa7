import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runLmcp } from '../harness/commandLine.ts';
import { TestGateway, until } from '../harness/gateway.ts';
import { PtyProcess } from '../harness/processes/ptyProcess.ts';
import { toolNames } from '../harness/rpc.ts';
import { fixture } from '../harness/servers.ts';

const tester = { id: 'tester', token: 'token-of-the-tester-0123456789' };
/** The tool's name would clear the screen and forge a line; the fixture's stderr turns a word round. */
const name = 'clear\u001b[2J\nforged';
const escapedName = 'clear\\u001b[2J\\u000aforged';
const stderr = 'toolbox: ready, <b>not bold</b> \u202Edesrever';
const escapedStderr = 'toolbox: ready, <b>not bold</b> \\u202edesrever';
const dying = 'process.stderr.write("last \\u001b[2Jwords\\n", () => process.exit(1))';
let gateway: TestGateway;

beforeAll(async () => {
  gateway = await TestGateway.prepare({});
  const tools = join(gateway.folder, 'tools.json');
  await writeFile(
    tools,
    JSON.stringify([{ name, description: 'a \u009btool', inputSchema: { type: 'object' } }]),
  );
  await gateway.writeRegistry({
    lmcp: { management_token: 'token-of-the-manager-0123456789' },
    clients: { tester: { token: tester.token, allow_servers: ['toolbox', 'broken'] } },
    servers: {
      toolbox: fixture('toolbox-server.ts', tools),
      broken: { transport: 'stdio', command: process.execPath, args: ['-e', dying] },
    },
  });
  await gateway.run();
  await toolNames(gateway, tester, '/mcp/toolbox');
  await until('stderr is kept', async () => (await piped('logs', 'toolbox')).includes(stderr));
});
afterAll(() => gateway[Symbol.asyncDispose]());

async function piped(...args: string[]): Promise<string> {
  const { code, stdout } = await runLmcp(gateway.folder, args, { LMCP_REGISTRY: gateway.registryPath });
  expect(code).toBe(0);
  return stdout;
}

async function onTerminal(...args: string[]): Promise<string> {
  await using terminal = PtyProcess.start(gateway.folder, args, {
    LMCP_REGISTRY: gateway.registryPath,
  });
  expect(await terminal.exited).toBe(0);
  return terminal.output;
}

test.each([
  ['logs', [stderr], [escapedStderr]],
  ['test', [name, 'a \u009btool'], [escapedName, 'a \\u009btool']],
])(
  'lmcp %s: bytes to a pipe and with --raw, one escape each on a terminal',
  async (command, bytes, shown) => {
    const pipe = await piped(command, 'toolbox');
    const raw = (await onTerminal(command, 'toolbox', '--raw')).replaceAll('\r\n', '\n');
    for (const text of bytes)
      expect([pipe, raw]).toEqual([text, text].map((one) => expect.stringContaining(one) as string));
    const terminal = await onTerminal(command, 'toolbox');
    for (const text of shown) expect(terminal).toContain(text);
    expect(terminal).not.toMatch(/[\u001b\u009b\u202e]/);
  },
);

test('lmcp status: the last words of a server that failed, likewise', async () => {
  const [bytes, shown] = ['last \u001b[2Jwords', 'last \\u001b[2Jwords'];
  await toolNames(gateway, tester, '/mcp/broken').catch(() => undefined);
  await until('it has failed', async () => (await piped('status')).includes(bytes));
  expect(await onTerminal('status', '--raw')).toContain(bytes);
  const terminal = await onTerminal('status');
  expect(terminal).toContain(shown);
  expect(terminal).not.toContain('\u001b[2J');
});
