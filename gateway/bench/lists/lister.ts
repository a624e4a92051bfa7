import { messageOf } from '../load/httpAnswer.ts';
import { ListTimer } from './listTimer.ts';
import { McpConnection, type HttpTarget } from '../load/mcpConnection.ts';

const request = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';

/** One answer to `tools/list`. */
export interface Listed {
  readonly tools: number;
  readonly names: readonly string[];
  readonly bytes: number;
}

/** A client that lists the tools over a connection and session of its own. */
export class Lister {
  readonly #connection: McpConnection;

  private constructor(connection: McpConnection) {
    this.#connection = connection;
  }

  static async open(target: HttpTarget): Promise<Lister> {
    return new Lister(await McpConnection.open(target));
  }

  /** @throws Error when the answer is none. */
  async list(): Promise<Listed> {
    const { type, body } = await this.#connection.post(request);
    const { result } = JSON.parse(messageOf(type, body)) as {
      result?: { tools?: readonly { readonly name: string }[] };
    };
    if (result?.tools === undefined) throw new Error(`tools/list was answered with: ${body.slice(0, 300)}`);
    const names = result.tools.map(({ name }) => name);
    return { tools: names.length, names, bytes: Buffer.byteLength(body) };
  }

  /** Times lists of the same session. */
  timer(): Promise<ListTimer> {
    const { url, headers } = this.#connection.sending;
    return ListTimer.open(url, headers, request);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
