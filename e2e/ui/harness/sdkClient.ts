import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import type { TestGateway } from '../../harness/gateway.ts';
import type { Caller } from '../../harness/rpc.ts';
import { credentialsOf } from '../../harness/rpc.ts';

/** A client as applications build it, on the SDK, connected with a session of its own until it is disposed of. */
export class SdkClient implements AsyncDisposable {
  readonly #client: Client;

  private constructor(client: Client) {
    this.#client = client;
  }

  /** @param name what it calls itself @param mode `legacy`: with a session, as the revisions before 2026-07-28 have it */
  static async connect(
    gateway: TestGateway,
    caller: Caller,
    { name = caller.id, mode = 'auto' }: { name?: string; mode?: 'auto' | 'legacy' } = {},
  ): Promise<SdkClient> {
    const client = new Client({ name, version: '1' }, { versionNegotiation: { mode } });
    const headers = credentialsOf(caller);
    const url = new URL(`${gateway.origin}/mcp`);
    await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
    return new SdkClient(client);
  }

  async toolNames(): Promise<string[]> {
    return (await this.#client.listTools()).tools.map(({ name }) => name);
  }

  /** What a call came to: the text it answered with, or the code of its denial. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<string | number> {
    try {
      const { content } = await this.#client.callTool({ name, arguments: args });
      const [first] = content as { text?: string }[];
      return first?.text ?? '';
    } catch (error) {
      if (error instanceof Error && 'code' in error && typeof error.code === 'number') return error.code;
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.close();
  }
}
