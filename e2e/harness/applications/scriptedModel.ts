import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A call that the model makes, by LMCP's own name of the tool. */
export interface ToolUse {
  readonly name: string;
  readonly args: object;
}

/** What an application offered its model, and gave it for its calls. */
export interface Session {
  /** Names of tools as LMCP names them; those of the application itself as far as it puts nothing before LMCP's. */
  readonly offered: readonly string[];
  readonly responses: readonly unknown[];
}

interface Message {
  readonly role: string;
  readonly content: unknown;
}
interface ChatRequest {
  readonly stream?: boolean;
  readonly messages: readonly Message[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
}

/**
 * A script in the place of a model, with OpenAI's API of chat completions, on loopback: it makes the given calls one after the other.
 * An application that asks without tools, such as for a title, gets a word.
 */
export class ScriptedModel implements AsyncDisposable, Session {
  readonly #server: Server;
  readonly #prefix: string;
  readonly #uses: readonly ToolUse[];
  #offered: readonly string[] = [];
  #responses: readonly unknown[] = [];

  private constructor(server: Server, prefix: string, uses: readonly ToolUse[]) {
    this.#server = server;
    this.#prefix = prefix;
    this.#uses = uses;
  }

  /** @param prefix what the application puts before LMCP's names of tools */
  static async start(prefix: string, uses: readonly ToolUse[]): Promise<ScriptedModel> {
    const server = createServer((request, response) => {
      void text(request).then((body) => {
        response.setHeader('Content-Type', 'application/json');
        if (request.url?.endsWith('/chat/completions') !== true) {
          response.end(JSON.stringify({ object: 'list', data: [{ id: 'scripted', object: 'model' }] }));
          return;
        }
        const chat = JSON.parse(body) as ChatRequest;
        const isStream = chat.stream === true;
        if (isStream) response.setHeader('Content-Type', 'text/event-stream');
        response.end(isStream ? model.#stream(chat) : model.#whole(chat));
      });
    });
    const model = new ScriptedModel(server, prefix, uses);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return model;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  get offered(): readonly string[] {
    return this.#offered;
  }

  get responses(): readonly unknown[] {
    return this.#responses;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #next({ messages, tools = [] }: ChatRequest): { id: string; name: string; args: string } | undefined {
    if (tools.length === 0) return undefined;
    const names = tools.map((tool) => tool.function.name);
    this.#offered = names.flatMap((name) =>
      name.startsWith(this.#prefix) ? [name.slice(this.#prefix.length)] : [],
    );
    this.#responses = messages.flatMap(({ role, content }) => (role === 'tool' ? [content] : []));
    const use = this.#uses[this.#responses.length];
    if (use === undefined) return undefined;
    const id = `call_${this.#responses.length}`;
    return { id, name: `${this.#prefix}${use.name}`, args: JSON.stringify(use.args) };
  }

  #answer(chat: ChatRequest): { message: object; finish_reason: string } {
    const next = this.#next(chat);
    if (next === undefined) return { message: { role: 'assistant', content: 'done' }, finish_reason: 'stop' };
    const call = { id: next.id, type: 'function', function: { name: next.name, arguments: next.args } };
    const message = { role: 'assistant', content: null, tool_calls: [{ index: 0, ...call }] };
    return { message, finish_reason: 'tool_calls' };
  }

  #whole(chat: ChatRequest): string {
    const answer = { index: 0, ...this.#answer(chat) };
    return JSON.stringify({ ...head, object: 'chat.completion', choices: [answer], usage });
  }

  #stream(chat: ChatRequest): string {
    const { message, finish_reason } = this.#answer(chat);
    const chunks = [
      { choices: [{ index: 0, delta: message, finish_reason: null }] },
      { choices: [{ index: 0, delta: {}, finish_reason }], usage },
    ].map((chunk) => JSON.stringify({ ...head, object: 'chat.completion.chunk', ...chunk }));
    return [...chunks, '[DONE]'].map((data) => `data: ${data}\n\n`).join('');
  }
}

const head = { id: 'scripted', created: 1, model: 'scripted' };
const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
