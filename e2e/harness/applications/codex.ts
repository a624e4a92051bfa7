import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Caller } from '../rpc.ts';
import type { TestGateway } from '../gateway.ts';
import { application, applicationHome, connectApplication } from './application.ts';

interface Answer {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

interface ServerStatus {
  readonly name: string;
  readonly tools: Readonly<Record<string, unknown>>;
}

/** Codex as editors run it (`codex app-server`): it lists and calls tools of its MCP servers without a model. */
export class Codex implements AsyncDisposable {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #lastId = 0;
  #thread: Promise<string> | undefined;

  private constructor(home: string) {
    this.#process = spawn(process.execPath, [application('codex'), 'app-server'], {
      env: { PATH: process.env['PATH'], HOME: home },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      const answer = JSON.parse(line) as Answer;
      if (answer.id !== undefined) this.#waiting.get(answer.id)?.(answer);
    });
  }

  /** Connected by `lmcp connect`. */
  static async start(gateway: TestGateway, caller: Caller): Promise<Codex> {
    const home = await applicationHome(gateway, 'codex');
    await connectApplication(gateway, 'codex', caller, home);
    const codex = new Codex(home);
    await codex.#ask('initialize', { clientInfo: { name: 'lmcp-test', version: '1' } });
    codex.#send({ method: 'initialized' });
    return codex;
  }

  /** The names of the tools that it was given by LMCP. */
  async tools(): Promise<string[]> {
    const { data } = (await this.#ask('mcpServerStatus/list', {})) as { data: ServerStatus[] };
    const status = data.find(({ name }) => name === 'lmcp');
    return Object.keys(status?.tools ?? {});
  }

  async call(tool: string, args: object): Promise<unknown> {
    this.#thread ??= this.#ask('thread/start', {}).then(
      (started) => (started as { thread: { id: string } }).thread.id,
    );
    const threadId = await this.#thread;
    return this.#ask('mcpServer/tool/call', { threadId, server: 'lmcp', tool, arguments: args });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#process, 'exit');
    this.#process.kill();
    await ended;
  }

  #ask(method: string, params: object): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ result, error }) => {
        this.#waiting.delete(id);
        if (error === undefined) resolve(result);
        else reject(new Error(error.message));
      });
      this.#send({ id, method, params });
    });
  }

  #send(message: object): void {
    this.#process.stdin.write(`${JSON.stringify(message)}\n`);
  }
}
