import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Caller } from './caller.ts';
import { checkEcho } from './caller.ts';

interface Waiting {
  resolve(): void;
  reject(reason: Error): void;
}

/** `count` callers that share one server process and its pipe: what a call costs with no gateway between. */
export async function openStdioCallers(
  argv: readonly [string, ...string[]],
  tool: string,
  count: number,
  text: string,
): Promise<Caller[]> {
  const [command, ...args] = argv;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  const exited = once(child, 'exit');
  const waiting = new Map<number, Waiting>();
  child.once('exit', () => failAll(waiting, 'The echo server ended.'));
  readLines(child.stdout, (line) => settle(waiting, line, text));
  const send = (message: object): boolean => child.stdin.write(`${JSON.stringify(message)}\n`);
  const initialized = new Promise<void>((resolve, reject) => waiting.set(0, { resolve, reject }));
  const clientInfo = { name: 'lmcp-bench', version: '1.0.0' };
  const given = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  send({ jsonrpc: '2.0', id: 0, method: 'initialize', params: given });
  await initialized;
  send({ jsonrpc: '2.0', method: 'notifications/initialized' });
  const params = `{"name":${JSON.stringify(tool)},"arguments":{"text":${JSON.stringify(text)}}}`;
  let id = 0;
  const caller: Caller = {
    call: () =>
      new Promise((resolve, reject) => {
        id += 1;
        waiting.set(id, { resolve, reject });
        child.stdin.write(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}\n`);
      }),
    async close() {
      child.stdin.end();
      await exited;
    },
  };
  return Array.from({ length: count }, () => caller);
}

function settle(waiting: Map<number, Waiting>, line: string, text: string): void {
  const { id } = JSON.parse(line) as { id?: number };
  if (id === undefined) return;
  const call = waiting.get(id);
  waiting.delete(id);
  try {
    if (id > 0) checkEcho(line, id, text);
    call?.resolve();
  } catch (error) {
    call?.reject(error as Error);
  }
}

function failAll(waiting: Map<number, Waiting>, reason: string): void {
  for (const call of waiting.values()) call.reject(new Error(reason));
  waiting.clear();
}

function readLines(stream: NodeJS.ReadableStream, each: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(each);
  });
}
