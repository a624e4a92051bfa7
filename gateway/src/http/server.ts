import { lookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Logger } from '../logger.ts';
import { mayBind, otherLoopback } from '../addresses/loopbackOnly.ts';
import { sendError } from './answer/answer.ts';
import { answerFailure } from './answer/answerFailure.ts';
import { answerRejection } from './answer/answerRejection.ts';
import { createApp } from './app.ts';
import { pathOf, type HttpContext } from './context.ts';
import { headerValue, headerValues } from './door/headers.ts';
import { checkHost, checkOrigin, type ForeignReason } from './door/hostGuard.ts';
import { cameThroughSocket, markLocal } from './door/localSocket.ts';
import { requestLineError } from './door/requestShape.ts';
import { checkSite, type Fetched } from './door/siteGuard.ts';
import { rejectUnreadable } from './door/unreadable.ts';

/** At all addresses together: far more than the clients of a machine need, and fewer than it has descriptors. */
const maxConnections = 8_000;
/** Of commands, at the Unix socket. */
const maxSocketConnections = 256;

export interface Bind {
  readonly host: string;
  readonly port: number;
  readonly loopbackOnly: boolean;
  /** In the product's image: which addresses reach the port is decided by how it is published. */
  readonly published: boolean;
}

/** The address is not on loopback, and `lmcp.loopback_only` is true. */
class ForbiddenBindError extends Error {
  constructor(address: string) {
    super(
      `LMCP does not listen at ${address}: other machines reach that address, and lmcp.loopback_only is true. ` +
        'Use 127.0.0.1, ::1 or localhost, or set lmcp.loopback_only: false.',
    );
  }
}

/** The HTTP side of the gateway. */
export interface HttpServer {
  /** The wanted one until it listens. */
  readonly port: number;
  /**
   * Addresses of loopback at which another program has the port: what `localhost` means to a client may lead there. At the one
   * that no other program has, the gateway listens beside its own.
   */
  readonly foreignAddresses: readonly string[];
  /** Rejects with Node's error (EADDRINUSE, EACCES, …) when the address can't be had. */
  listen(bind: Bind): Promise<void>;
  /** Listens on a Unix socket as well. Rejects with Node's error. */
  listenAtSocket(path: string): Promise<void>;
  /** Takes no new connections and ends those that are idle; resolves when the last request is answered. */
  drain(): Promise<void>;
  /** Ends what is left. */
  close(): void;
}

export function createHttp(context: HttpContext, wantedPort: number, logger: Logger): HttpServer {
  const routes = createApp(context);
  const servers: Server[] = [];
  const foreignAddresses: string[] = [];
  let port = wantedPort;
  let connections = 0;
  const countConnection = (socket: Socket): void => {
    socket.once('close', () => connections--);
    if (++connections > maxConnections) socket.destroy();
  };
  const answerOn = (server: Server): void => {
    const current = new WeakMap<Socket, ServerResponse>();
    server.on('request', (request, response) => {
      current.set(request.socket, response);
      response.on('error', () => {});
      guard(context, port, request, response)
        .then((passed) => (passed ? routes(request, response) : undefined))
        .catch((error: unknown) => answerFailure(response, logger, error));
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      void rejectUnreadable(context.rejections, error, socket, current.get(socket));
    });
    servers.push(server);
  };
  return {
    get port() {
      return port;
    },
    foreignAddresses,
    listen: async (bind) => {
      const address = await addressOf(bind);
      const other = otherLoopback(address);
      // Before its own: once that one answers, both do.
      if (other !== undefined && bind.port !== 0) {
        const server = openServer().on('connection', countConnection);
        const got = await tryToBind(server, other, bind.port);
        if (got === 'bound') answerOn(server);
        if (got === 'foreign') foreignAddresses.push(other);
      }
      const server = openServer().on('connection', countConnection);
      await bound(server, () => server.listen(bind.port, address));
      ({ port } = server.address() as AddressInfo);
      answerOn(server);
    },
    listenAtSocket: async (path) => {
      const server = openServer().on('connection', markLocal);
      server.maxConnections = maxSocketConnections;
      answerOn(server);
      await bound(server, () => server.listen(path));
    },
    drain: async () => {
      await Promise.all(servers.map(drain));
    },
    close: () => servers.forEach((server) => server.closeAllConnections()),
  };
}

function openServer(): Server {
  return createServer({
    requireHostHeader: false,
    // The whole request must be here by then; answers may take as long as they need.
    requestTimeout: 30_000,
    headersTimeout: 10_000,
    // How often both are looked after.
    connectionsCheckingInterval: 2_000,
    keepAliveTimeout: 65_000,
    maxHeaderSize: 16 * 1024,
  });
}

async function addressOf({ host, loopbackOnly, published }: Bind): Promise<string> {
  const { address } = await lookup(host);
  if (!mayBind({ address, loopbackOnly, published })) throw new ForbiddenBindError(address);
  return address;
}

/** `absent`: the machine does not have the address, so nobody can listen there. */
async function tryToBind(
  server: Server,
  address: string,
  port: number,
): Promise<'bound' | 'absent' | 'foreign'> {
  try {
    await bound(server, () => server.listen(port, address));
    return 'bound';
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(code) ? 'absent' : 'foreign';
  }
}

/** Rejects with Node's error. */
async function bound(server: Server, listen: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

/** A connection that is kept alive is idle again as soon as its answer is out: it is looked for until none is left. */
async function drain(server: Server): Promise<void> {
  const timer = setInterval(() => server.closeIdleConnections(), 20);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(timer);
}

/** Site, Host and Origin, before anything else looks at the request. */
async function guard(
  context: HttpContext,
  port: number,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (context.draining()) {
    sendError(response, 'shutting_down', 'LMCP is shutting down', { Connection: 'close' });
    return false;
  }
  const { allowedHosts, allowedOrigins } = context.registry().settings;
  const listening = { port, allowedHosts, allowedOrigins };
  const origins = headerValues(request, 'origin');
  const hosts = headerValues(request, 'host');
  const reason =
    foreignSite(request, allowedOrigins) ??
    // DNS rebinding reaches no Unix socket.
    (cameThroughSocket(request) ? undefined : checkHost(listening, hosts)) ??
    checkOrigin(listening, origins, hosts);
  if (reason !== undefined) {
    await reject(context, request, response, reason, guardMessages[reason]);
    return false;
  }
  const message = requestLineError({
    httpVersion: request.httpVersion,
    target: request.url ?? '',
    header: (name) => headerValues(request, name),
  });
  if (message !== undefined) {
    await reject(context, request, response, 'malformed_request', message);
    return false;
  }
  const [origin] = origins;
  if (origin === undefined || !allowedOrigins.includes(origin)) return true;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'Mcp-Session-Id');
  response.setHeader('Vary', 'Origin');
  if (request.method !== 'OPTIONS') return true;
  answerPreflight(response);
  return false;
}

/** Most clients are no browsers, and say nothing of a site. */
function foreignSite(request: IncomingMessage, allowedOrigins: readonly string[]): ForeignReason | undefined {
  return headerValue(request, 'sec-fetch-site') === undefined
    ? undefined
    : checkSite(fetchedBy(request), allowedOrigins);
}

function fetchedBy(request: IncomingMessage): Fetched {
  return {
    method: request.method ?? '',
    path: pathOf(request),
    site: headerValue(request, 'sec-fetch-site'),
    mode: headerValue(request, 'sec-fetch-mode'),
    dest: headerValue(request, 'sec-fetch-dest'),
    origin: headerValue(request, 'origin'),
  };
}

/** A web page of an allowed origin asks what it may send (Fetch, "CORS-preflight"); it may send what MCP clients send. */
function answerPreflight(response: ServerResponse): void {
  const headers = {
    'Access-Control-Allow-Methods': 'GET, POST, DELETE',
    'Access-Control-Allow-Headers':
      'Authorization, Content-Type, Last-Event-ID, Mcp-Method, Mcp-Name, Mcp-Protocol-Version, Mcp-Session-Id, X-Lmcp-Client-Id, X-Lmcp-Token, X-Request-Id',
    'Access-Control-Max-Age': '600',
  };
  response.writeHead(204, headers).end();
}

const guardMessages: Readonly<Record<ForeignReason, string>> = {
  host_not_allowed:
    'this Host is not one of LMCP; use 127.0.0.1 or localhost with its port, or add it to lmcp.allowed_hosts',
  origin_not_allowed: 'web pages of this origin may not use LMCP; lmcp.allowed_origins can name it',
};

async function reject(
  context: HttpContext,
  request: IncomingMessage,
  response: ServerResponse,
  reason: ForeignReason | 'malformed_request',
  message: string,
): Promise<void> {
  // Any web page can cause these: counted apart, they use up nothing of what callers with wrong credentials have.
  await answerRejection(
    { rejections: context.doorRejections },
    request,
    response,
    { event: 'http_rejected', reason },
    () => sendError(response, reason, message, { Connection: 'close' }),
  );
}
