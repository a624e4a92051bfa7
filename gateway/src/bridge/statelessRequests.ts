import { isRecord } from '../json/isRecord.ts';
import { mirrored } from '../mcp/call/mirrored/mirroredArguments.ts';
import { headerValue, standardHeaders } from '../upstream/rpc/modernEnvelope.ts';
import type { Answer, Link } from './link.ts';
import type { Request } from './messages.ts';

const headerMismatch = '"code":-32020';

/**
 * What requests of the stateless era need over HTTP and not over stdio: parts of the message as headers (MCP 2026-07-28,
 * basic/transports/streamable-http). Which arguments of a tool are among them is asked for once a call was rejected for it.
 */
export class StatelessRequests {
  readonly #underWay = new Set<string>();
  /** By the tool's name. */
  readonly #schemas = new Map<string, unknown>();
  readonly #learnt = new Set<string>();

  begin(id: unknown): void {
    this.#underWay.add(JSON.stringify(id));
  }

  end(id: unknown): void {
    this.#underWay.delete(JSON.stringify(id));
    this.#learnt.delete(JSON.stringify(id));
  }

  has(id: unknown): boolean {
    return this.#underWay.has(JSON.stringify(id));
  }

  headers({ method, params }: Request): Record<string, string> {
    return { ...standardHeaders(method, params), ...this.#argumentHeaders(method, params) };
  }

  /** Whether the call was rejected for its headers alone, and the tool's schema is known now. */
  async learns(request: Request, answer: Answer, link: Link): Promise<boolean> {
    const key = JSON.stringify(request.id);
    const rejected = answer.status === 400 && answer.text?.includes(headerMismatch) === true;
    if (!rejected || request.method !== 'tools/call' || this.#learnt.has(key)) return false;
    this.#learnt.add(key);
    const params = { _meta: request.params['_meta'] };
    const text = JSON.stringify({ jsonrpc: '2.0', id: 'lmcp-bridge-tools', method: 'tools/list', params });
    const listed = await link.send('POST', text, {
      headers: standardHeaders('tools/list', params),
      onMessage: (message) => this.#learn(message),
    });
    if (listed.text !== undefined) this.#learn(listed.text);
    return true;
  }

  #learn(text: string): void {
    const value: unknown = JSON.parse(text);
    const result = isRecord(value) ? value['result'] : undefined;
    const tools: unknown = isRecord(result) ? result['tools'] : undefined;
    for (const tool of Array.isArray(tools) ? (tools as unknown[]) : []) {
      if (isRecord(tool) && typeof tool['name'] === 'string')
        this.#schemas.set(tool['name'], tool['inputSchema']);
    }
  }

  #argumentHeaders(method: string, params: Request['params']): Record<string, string> {
    const schema = method === 'tools/call' ? this.#schemas.get(String(params['name'])) : undefined;
    if (schema === undefined) return {};
    return Object.fromEntries(
      [...mirrored(schema, params['arguments'])].flatMap(([name, value]) =>
        value === undefined ? [] : [[name, headerValue(value)]],
      ),
    );
  }
}
