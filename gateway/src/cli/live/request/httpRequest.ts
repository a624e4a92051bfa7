import { Agent, request, type ClientRequestArgs, type IncomingHttpHeaders } from 'node:http';
import { baseUrl, type Endpoint } from '../../../endpoint.ts';
import { asTlsAgent, connectByTls } from '../../../local/pinnedTls.ts';

/** Where a gateway is reached: at its Unix socket where there is one, else at its address. */
export interface Reach extends Endpoint {
  readonly socket?: string | undefined;
  /** PEM of its certificate, where the registry is at hand; without it the system's authorities decide. */
  readonly certificate?: string | undefined;
}

/** A request is sent in clear through the Unix socket, by TLS where the address has it. */
export function requestUrl(reach: Reach): URL {
  return new URL(baseUrl({ ...reach, tls: reach.tls && reach.socket === undefined }));
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds until the whole answer must be there; without it the gateway's own timeouts decide. */
  readonly timeoutMs?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * One request to a gateway on this machine. Not `fetch`: that gives up after 300 s without headers, and a tool may work longer.
 * Rejects with Node's own error when nothing answers.
 */
export function httpRequest(
  reach: Reach,
  path: string,
  { method, headers, body, timeoutMs }: HttpRequest,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const signal = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const place = reach.socket === undefined ? {} : { socketPath: reach.socket };
    const url = new URL(path, requestUrl(reach));
    const options = {
      ...place,
      method,
      headers: { ...headers },
      agent: url.protocol === 'https:' ? pinnedAgent(reach) : (false as const),
      signal,
    };
    const outgoing = request(url, options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () =>
        resolve({
          status: incoming.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          headers: incoming.headers,
        }),
      );
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** Opens one connection, which has shown the certificate of the gateway before anything is sent. */
function pinnedAgent({ certificate }: Reach): Agent {
  const agent = asTlsAgent(new Agent({ keepAlive: false }));
  agent.createConnection = ({ host, port }: ClientRequestArgs, done) => {
    connectByTls({ host: host ?? '', port: Number(port), certificate }).then(
      (socket) => done?.(null, socket),
      (error: unknown) => done?.(error as Error, undefined as never),
    );
    return undefined;
  };
  return agent;
}
