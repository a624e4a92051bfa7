import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';
import { otherLoopback } from '../addresses/loopbackOnly.ts';
import type { ListenerTls } from '../registry/types.ts';
import { sendError } from './answer/answer.ts';
import { answerFailure } from './answer/answerFailure.ts';
import { answerRejection } from './answer/answerRejection.ts';
import { createApp } from './app.ts';
import { pathOf, type HttpContext } from './context.ts';
import { headerValue, headerValues } from './door/headers.ts';
import { AddressConnections } from './door/addressConnections.ts';
import { cameThroughClientSocket, markClientSocket } from './door/connectionIdentity.ts';
import { checkHost, checkOrigin, type ForeignReason } from './door/hostGuard.ts';
import { cameThroughSocket, markLocal } from './door/localSocket.ts';
import { requestLineError } from './door/requestShape.ts';
import { checkSite, type Fetched } from './door/siteGuard.ts';
import { rejectUnreadable } from './door/unreadable.ts';
import {
  addressOf,
  bound,
  drain,
  openServer,
  openTlsServer,
  secureContextOf,
  tryToBind,
  type Bind,
} from './listening.ts';

/** At all addresses together: far more than the clients of a machine need, and fewer than it has descriptors. */
const maxConnections = 8_000;
/** Of commands, at the Unix socket. */
const maxSocketConnections = 256;

export interface SocketIdentity {
  readonly clientId: string;
  /** What sessions and streams are bound to. */
  readonly key: string;
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
  /** The same for one client: anyone who connects there is that client. @returns ends it, with its connections */
  listenAtClientSocket(path: string, identity: SocketIdentity): Promise<() => void>;
  /** Takes over another certificate, and other authorities of client certificates; connections by the former ones end. */
  useTls(tls: ListenerTls): void;
  /** Takes no new connections and ends those that are idle; resolves when the last request is answered. */
  drain(): Promise<void>;
  /** Ends what is left. */
  close(): void;
}

/** @param tls of the listener; null: plain HTTP. Unix sockets are never encrypted. */
export function createHttp(
  context: HttpContext,
  wantedPort: number,
  tls: ListenerTls | null,
  logger: Logger,
): HttpServer {
  const routes = createApp(context);
  const servers: Server[] = [];
  const foreignAddresses: string[] = [];
  let port = wantedPort;
  let connections = 0;
  let certified = tls;
  const perAddress = new AddressConnections(() => context.registry().settings.maxConnectionsPerAddress);
  const openListener = (published: boolean): Server => {
    const server = certified === null ? openServer() : openTlsServer(certified);
    return server.on('connection', (socket: Socket) => {
      socket.once('close', () => connections--);
      // The published port of a container has one address for all of its callers.
      const isOneTooMany = !published && !perAddress.admit(socket);
      if (isOneTooMany) logRejection(context, 'too_many_connections');
      if (++connections > maxConnections || isOneTooMany) socket.destroy();
    });
  };
  const answerOn = (server: Server): void => {
    const current = new WeakMap<Socket, ServerResponse>();
    server.on('request', (request, response) => {
      current.set(request.socket, response);
      response.on('error', () => {});
      guard(context, { port, tls: tls !== null }, request, response)
        .then((passed) => (passed ? routes(request, response) : undefined))
        .catch((error: unknown) => answerFailure(response, logger, error));
    });
    server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) => {
      if (certified?.clients?.required === true && isCertificateRejected(error, socket))
        logRejection(context, 'client_certificate_rejected');
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
        const server = openListener(bind.published);
        const got = await tryToBind(server, other, bind.port);
        if (got === 'bound') answerOn(server);
        if (got === 'foreign') foreignAddresses.push(other);
      }
      const server = openListener(bind.published);
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
    listenAtClientSocket: async (path, identity) => {
      const server = openServer().on('connection', (socket: Socket) => markClientSocket(socket, identity));
      server.maxConnections = maxSocketConnections;
      answerOn(server);
      await bound(server, () => server.listen(path));
      return () => {
        servers.splice(servers.indexOf(server), 1);
        server.close();
        server.closeAllConnections();
      };
    },
    useTls: (next) => {
      const isOtherAuthority = certified?.clients?.ca !== next.clients?.ca;
      certified = next;
      for (const server of servers) {
        if (!(server instanceof TlsServer)) continue;
        try {
          server.setSecureContext(secureContextOf(next));
        } catch (error) {
          logger.error(`the new certificate of lmcp.tls is not used, the last one is: ${messageOf(error)}`);
        }
        // What the former authorities vouched for counts no more.
        if (isOtherAuthority) server.closeAllConnections();
      }
    },
    drain: async () => {
      await Promise.all(servers.map(drain));
    },
    close: () => servers.forEach((server) => server.closeAllConnections()),
  };
}

/** Site, Host and Origin, before anything else looks at the request. */
async function guard(
  context: HttpContext,
  at: { readonly port: number; readonly tls: boolean },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (context.draining()) {
    sendError(response, 'shutting_down', 'LMCP is shutting down', { Connection: 'close' });
    return false;
  }
  const { allowedHosts, allowedOrigins } = context.registry().settings;
  const listening = { ...at, allowedHosts, allowedOrigins };
  const origins = headerValues(request, 'origin');
  const hosts = headerValues(request, 'host');
  const reason =
    foreignSite(request, allowedOrigins) ??
    // DNS rebinding reaches no Unix socket.
    (cameThroughSocket(request) || cameThroughClientSocket(request)
      ? undefined
      : checkHost(listening, hosts)) ??
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
  if (cameThroughClientSocket(request) && !isForClients(pathOf(request))) {
    sendError(response, 'not_found', 'not found: the socket of a client serves MCP only');
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

/** What the socket of a client leads to. */
function isForClients(path: string): boolean {
  return /^\/(?:mcp|sse|v0\.1\/servers)(?:\/|$)|^\/(?:messages|health|auth-check|server-check)$/.test(path);
}

/** The handshake failed for want of a client certificate, or for one that no authority of the registry vouches for. */
function isCertificateRejected({ code }: NodeJS.ErrnoException, socket: Socket): boolean {
  if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') return true;
  const why: unknown = socket instanceof TLSSocket ? socket.authorizationError : null;
  return why !== null && why !== undefined;
}

/** Of a connection that ends before it can ask for anything. */
function logRejection(
  { doorRejections }: HttpContext,
  reason: 'too_many_connections' | 'client_certificate_rejected',
): void {
  void doorRejections.reject({ event: 'http_rejected', allowed: false, reason }).catch(() => undefined);
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
