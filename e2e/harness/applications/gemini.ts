import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Caller } from '../rpc.ts';
import type { TestGateway } from '../gateway.ts';
import { application, applicationHome, connectApplication } from './application.ts';
import type { Session, ToolUse } from './scriptedModel.ts';

/** What Gemini CLI puts before the name of a tool of its server `lmcp`. */
const prefix = 'mcp_lmcp_';

interface Request {
  readonly tools?: readonly { readonly functionDeclarations?: readonly { readonly name: string }[] }[];
  readonly contents: readonly {
    readonly parts: readonly { readonly functionResponse?: { readonly response: unknown } }[];
  }[];
}

/**
 * Runs Gemini CLI for one prompt, connected by `lmcp connect`, with a script in the place of its model: it makes these calls one
 * after the other.
 */
export async function runGemini(
  gateway: TestGateway,
  caller: Caller,
  uses: readonly ToolUse[],
): Promise<Session> {
  const offered: string[] = [];
  const responses: unknown[] = [];
  const model = createServer((request, response) => {
    void text(request).then((body) => {
      const { tools = [], contents } = JSON.parse(body) as Request;
      const names = tools.flatMap(({ functionDeclarations = [] }) =>
        functionDeclarations.map(({ name }) => name),
      );
      if (offered.length === 0)
        offered.push(
          ...names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : [])),
        );
      const given = contents.at(-1)?.parts.flatMap(({ functionResponse }) => functionResponse ?? []) ?? [];
      responses.push(...given.map((one) => one.response));
      const use = uses[responses.length];
      const part =
        use === undefined
          ? { text: 'done' }
          : { functionCall: { name: `${prefix}${use.name}`, args: use.args } };
      const candidates = [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }];
      response.setHeader('Content-Type', 'text/event-stream');
      response.end(`data: ${JSON.stringify({ candidates, usageMetadata: { totalTokenCount: 1 } })}\n\n`);
    });
  });
  await once(model.listen(0, '127.0.0.1'), 'listening');
  const { port } = model.address() as AddressInfo;
  try {
    await run(gateway, caller, `http://127.0.0.1:${port}`);
  } finally {
    model.close();
  }
  return { offered, responses };
}

async function run(gateway: TestGateway, caller: Caller, model: string): Promise<void> {
  const home = await applicationHome(gateway, 'gemini');
  mkdirSync(join(home, '.gemini'));
  mkdirSync(join(home, 'work'));
  const settings = { security: { auth: { selectedType: 'gemini-api-key' } } };
  writeFileSync(join(home, '.gemini/settings.json'), JSON.stringify(settings));
  await connectApplication(gateway, 'gemini', caller, home);
  const args = [application('gemini'), '-p', 'go', '-m', 'gemini-2.5-pro', '--skip-trust', '--yolo'];
  const child = spawn(process.execPath, args, {
    cwd: join(home, 'work'),
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      GEMINI_API_KEY: 'none',
      GOOGLE_GEMINI_BASE_URL: model,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said, code] = await Promise.all([text(child.stderr), exitCodeOf(child)]);
  if (code !== 0) throw new Error(`Gemini CLI exited with ${String(code)}: ${said}`);
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  await once(child, 'exit');
  return child.exitCode;
}
