import { once } from 'node:events';
import http from 'node:http';
import type { LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Logger } from '../logger.ts';
import { printable } from '../printable.ts';
import type { EgressAuthority, EgressQuestion, OwnDenial } from './authority.ts';
import { isPublicAddress } from '../addresses/publicAddress.ts';
import { reportDropped } from './reportDropped.ts';
import { connectTarget, proxyToken, urlTarget, type Target } from './target.ts';

const connectTimeout = 15_000;
const maxConnections = 512;

/** Of a request's headers, those that are about this hop alone (RFC 9110, 7.6.1). */
const hopHeaders = [
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection'],
  ...['te', 'trailer', 'transfer-encoding', 'upgrade'],
];

function passedOn(headers: http.IncomingHttpHeaders): http.OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopHeaders.includes(name)));
}

export interface ProxyOptions {
  readonly host: string;
  readonly port: number;
  readonly authority: EgressAuthority;
  readonly resolve: (name: string) => Promise<readonly LookupAddress[]>;
  readonly logger: Logger;
}

export interface EgressProxy {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Why a connection is not made; the status goes to the server that asked. */
class Denied extends Error {
  readonly status: 400 | 403 | 407 | 502;
  /** What the gateway does not know of yet, and logs. */
  readonly own: OwnDenial | undefined;
  constructor(status: Denied['status'], message: string, own?: OwnDenial) {
    super(message);
    this.status = status;
    this.own = own;
  }
}

const malformedStatus: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
};

/** What is known of a request. */
function asked(request: http.IncomingMessage, target: Target | undefined): Partial<EgressQuestion> {
  const token = proxyToken(request);
  return {
    ...(token !== undefined && { token }),
    ...(target && { host: target.host, port: target.port }),
  };
}

/** The one way out of servers with `egress:`. It looks names up for them and connects them to what the gateway allows. */
export async function startProxy({
  host,
  port,
  authority,
  resolve,
  logger,
}: ProxyOptions): Promise<EgressProxy> {
  /** The address to connect to. @throws Denied */
  const allowedAddress = async (request: http.IncomingMessage, target: Target): Promise<string> => {
    const question = { token: proxyToken(request), host: target.host, port: target.port };
    if (question.token === undefined)
      throw new Denied(407, 'the proxy’s address in HTTP_PROXY has a token', 'no_credentials');
    const { allowed, named } = await authority.decide(question);
    const shown = `${target.host}:${target.port}`;
    if (!allowed) throw new Denied(403, `${shown} is not among the server’s egress: entries`);
    const found = isIP(target.host) === 0 ? await resolve(target.host) : [{ address: target.host }];
    const isMeant = named.includes(target.host);
    const fit = found.find(({ address }) => isPublicAddress(address) || isMeant || named.includes(address));
    if (fit !== undefined) return fit.address;
    if (found.length === 0) throw new Denied(502, `${target.host} has no address`);
    const hint = 'name the address itself in egress:';
    throw new Denied(403, `${shown} resolves to a private address; ${hint}`, 'private_address');
  };
  /** What the server is told, once it is logged. */
  const failure = async (
    error: unknown,
    request: http.IncomingMessage,
    target: Target | undefined,
  ): Promise<Denied> => {
    let cause = error;
    if (error instanceof Denied && error.own !== undefined) {
      await authority.denied(error.own, asked(request, target)).catch((failed: unknown) => (cause = failed));
    }
    const denied = cause instanceof Denied ? cause : new Denied(502, 'the connection could not be made');
    const shown = target ? printable(`${target.host}:${target.port}`) : 'a request';
    const why = cause instanceof Denied ? '' : ` (${printable(String(cause))})`;
    logger.info(`egress proxy: denied ${shown}: ${denied.message}${why}`);
    return denied;
  };

  // A request without Host is denied like every other malformed one.
  const server = http.createServer({ headersTimeout: 10_000, requestTimeout: 0, requireHostHeader: false });
  server.maxConnections = maxConnections;
  const tunnels = new Set<Duplex>();
  const tunnel = async (request: http.IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    tunnels.add(socket);
    socket.on('close', () => tunnels.delete(socket));
    socket.on('error', () => socket.destroy());
    const target = connectTarget(request.url ?? '');
    try {
      if (target === undefined) throw new Denied(400, 'a target is host:port', 'malformed');
      const onward = connect(target.port, await allowedAddress(request, target));
      socket.on('close', () => onward.destroy());
      onward.setTimeout(connectTimeout, () => onward.destroy(new Error('no answer')));
      await once(onward, 'connect');
      onward.setTimeout(0);
      onward.on('error', () => socket.destroy());
      onward.on('close', () => socket.destroy());
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    } catch (error) {
      const { status, message } = await failure(error, request, target);
      const challenge = status === 407 ? 'Proxy-Authenticate: Basic realm="egress"\r\n' : '';
      const body = `${message}\n`;
      socket.end(
        `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\n${challenge}Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
      );
    }
  };
  const forward = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const written = request.url ?? '';
    // The health check of its container.
    if (written === '/_ping') return void response.end('OK');
    const hasHost = request.headers.host !== undefined || request.httpVersion === '1.0';
    const target = hasHost ? urlTarget(written) : undefined;
    try {
      if (target === undefined)
        throw new Denied(400, 'this is a proxy: a request names its whole http:// URL', 'malformed');
      const { url } = target;
      const address = await allowedAddress(request, target);
      const onward = http.request({
        ...{ host: address, port: target.port, method: request.method, agent: false },
        path: `${url.pathname}${url.search}`,
        headers: { ...passedOn(request.headers), host: url.host },
      });
      response.on('close', () => onward.destroy());
      onward.setTimeout(connectTimeout, () => {
        if (onward.socket?.connecting !== false) onward.destroy(new Error('no answer'));
      });
      const answered = once(onward, 'response') as Promise<[http.IncomingMessage]>;
      request.pipe(onward);
      const [answer] = await answered;
      onward.on('error', () => response.destroy());
      response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
      answer.pipe(response);
    } catch (error) {
      const { status, message } = await failure(error, request, target);
      if (response.headersSent) return void response.destroy();
      response.writeHead(status, {
        'Content-Type': 'text/plain; charset=utf-8',
        Connection: 'close',
        ...(status === 407 && { 'Proxy-Authenticate': 'Basic realm="egress"' }),
      });
      response.end(`${message}\n`);
    }
  };
  server.on('connect', (request, socket, head) => void tunnel(request, socket, head));
  server.on('request', (request, response) => void forward(request, response));
  // What the target is to expect is its own matter.
  server.on('checkExpectation', (request, response) => void forward(request, response));
  const ended = new WeakSet<Duplex>();
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Where the server hung up, nothing is denied.
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    if (ended.has(socket)) return;
    ended.add(socket);
    const status = malformedStatus[error.code ?? ''] ?? 400;
    const line = `HTTP/1.1 ${status} ${http.STATUS_CODES[status] ?? ''}\r\nConnection: close\r\n\r\n`;
    logger.info(`egress proxy: denied a malformed request (${printable(error.code ?? '')})`);
    authority.denied('malformed').then(
      () => void socket.end(line),
      () => void socket.destroy(),
    );
  });
  server.on('drop', reportDropped(authority, logger));
  server.listen(port, host);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    close: async () => {
      for (const socket of tunnels) socket.destroy();
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, 'close');
    },
  };
}
