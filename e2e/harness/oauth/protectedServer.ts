import { HttpStub, sendJson } from './httpStub.ts';

/** Whether a token is good for this server; a string: the scope that it lacks. */
export type Accepts = (token: string, resource: string) => boolean | string | Promise<boolean | string>;

export interface ProtectedServer {
  readonly stub: HttpStub;
  /** Its MCP endpoint. */
  readonly url: string;
  /** How its metadata differ from those that are right. */
  metadata: Readonly<Record<string, unknown>>;
  /** More parameters of its challenge. */
  challenge: string;
  accepts: Accepts;
}

/**
 * An MCP server that takes the tokens of an authorization server (RFC 9728). Its tool `whoami` tells which token it was called with,
 * by its last four characters.
 * @param publicOrigin where others find it, where that is not its own address
 */
export async function protectedServer(
  issuer: string,
  accepts: Accepts,
  publicOrigin?: string,
): Promise<ProtectedServer> {
  const stub = await HttpStub.start(async ({ path, headers, body }, response) => {
    if (path === '/.well-known/oauth-protected-resource/mcp') {
      sendJson(response, 200, { ...own(), ...server.metadata });
      return;
    }
    if (path !== '/mcp') {
      sendJson(response, 404, {});
      return;
    }
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    const accepted = token === undefined ? false : await server.accepts(token, server.url);
    const metadata = `resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`;
    if (typeof accepted === 'string') {
      const challenge = `Bearer error="insufficient_scope", scope="${accepted}", ${metadata}`;
      sendJson(response, 403, { error: 'insufficient_scope' }, { 'WWW-Authenticate': challenge });
      return;
    }
    if (!accepted) {
      const challenge = `Bearer ${[metadata, server.challenge].filter((one) => one !== '').join(', ')}`;
      // Some repeat what they were sent.
      const said = { error: 'invalid_token', error_description: `not valid: ${token ?? 'none'}` };
      sendJson(response, 401, said, { 'WWW-Authenticate': challenge });
      return;
    }
    if (body === '') return void response.writeHead(405).end();
    const message = JSON.parse(body) as { id?: unknown; method: string };
    if (message.id === undefined) return void response.writeHead(202).end();
    sendJson(response, 200, { jsonrpc: '2.0', id: message.id, ...answerTo(message.method, token ?? '') });
  });
  const origin = publicOrigin ?? stub.origin;
  const own = (): object => ({ resource: server.url, authorization_servers: [issuer] });
  const server: ProtectedServer = { stub, url: `${origin}/mcp`, metadata: {}, challenge: '', accepts };
  return server;
}

function answerTo(method: string, token: string): object {
  switch (method) {
    case 'initialize':
      return {
        result: {
          protocolVersion: '2025-11-25',
          capabilities: { tools: {} },
          serverInfo: { name: 'protected', version: '1' },
        },
      };
    case 'tools/list':
      return { result: { tools: [{ name: 'whoami', inputSchema: { type: 'object' } }] } };
    case 'tools/call':
      return { result: { content: [{ type: 'text', text: `called with …${token.slice(-4)}` }] } };
    default:
      return { error: { code: -32601, message: 'no such method' } };
  }
}
