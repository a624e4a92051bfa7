import { Agent, request, type IncomingMessage } from 'node:http';
import { messageOf } from './httpAnswer.ts';
import type { Target } from './job.ts';

export type HttpTarget = Extract<Target, { kind: 'http' }>;

const protocolVersion = '2025-06-18';

interface Answer {
  readonly type: string;
  readonly body: string;
  readonly session: string | undefined;
}

/** A keep-alive connection with an MCP session of its own (2025-06-18, Streamable HTTP). */
export class McpConnection {
  readonly #url: URL;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #headers: Readonly<Record<string, string>>;

  private constructor(target: HttpTarget) {
    this.#url = new URL(target.url);
    this.#headers = {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...target.headers,
    };
  }

  /** Sends `initialize` and `notifications/initialized`. */
  static async open(target: HttpTarget): Promise<McpConnection> {
    const connection = new McpConnection(target);
    await connection.#initialize();
    return connection;
  }

  async #initialize(): Promise<void> {
    const clientInfo = { name: 'lmcp-bench', version: '1.0.0' };
    const params = { protocolVersion, capabilities: {}, clientInfo };
    const answer = await this.post(JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params }));
    const { result } = JSON.parse(messageOf(answer.type, answer.body)) as { result?: unknown };
    if (result === undefined) throw new Error(`initialize was answered with: ${answer.body.slice(0, 300)}`);
    this.#headers = { ...this.#headers, 'mcp-protocol-version': protocolVersion };
    if (answer.session !== undefined) this.#headers = { ...this.#headers, 'mcp-session-id': answer.session };
    await this.post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  }

  /** Where and how requests of the session are sent. */
  get sending(): { readonly url: URL; readonly headers: Readonly<Record<string, string>> } {
    return { url: this.#url, headers: this.#headers };
  }

  post(body: string): Promise<Answer> {
    return this.#send('POST', body);
  }

  /** Ends the session. */
  async close(): Promise<void> {
    if ('mcp-session-id' in this.#headers) await this.#send('DELETE');
    this.#agent.destroy();
  }

  #send(method: string, body?: string): Promise<Answer> {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.#url,
        { method, agent: this.#agent, headers: { ...this.#headers, ...length } },
        (response) => void readAnswer(response).then(resolve, reject),
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

function readAnswer(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const status = response.statusCode ?? 0;
      if (status >= 400) reject(new Error(`HTTP ${status}: ${body.slice(0, 300)}`));
      const session = response.headers['mcp-session-id'];
      resolve({
        type: response.headers['content-type'] ?? '',
        body,
        session: typeof session === 'string' ? session : undefined,
      });
    });
  });
}
