import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Connection } from '../../../bridge/connection.ts';
import { systemClock } from '../../../clock.ts';
import { baseUrl } from '../../../endpoint.ts';
import { clientSocketHost, gatewayKeyPath } from '../../../gatewayProof.ts';
import { readSecretsFile } from '../../../registry/file/tokenFile.ts';
import { clientSecret } from '../../../registry/secrets/references.ts';
import { secretReader } from '../../../registry/secrets/secretReader.ts';
import { secretReading } from '../../../upstream/secrets/readSecret.ts';
import { systemKeyring } from '../../../upstream/secrets/systemKeyring.ts';
import { CommandFailure, ExitCode, usageFailure } from '../../exitCodes.ts';
import { clearTokenOf, isKnown } from '../../../connect/write/clearTokens.ts';
import { findGateway } from '../../live/findGateway.ts';
import { knownClient } from '../../live/knownClient.ts';
import { startInBackground } from '../../live/startInBackground.ts';
import type { CommandContext } from '../../commandContext.ts';
import { requireChosen } from '../../registry/chosenRegistry.ts';
import { readRegistryFile, type RegistryFile } from '../../registry/registryFile.ts';

export interface StdioOptions {
  readonly client: string;
  readonly server?: string;
  readonly url?: string;
  readonly socket?: string;
  readonly port?: number;
  readonly start?: true;
  readonly connection?: true;
}

/** `lmcp stdio`: the bridge itself is a process that loads none of this (gateway/src/bridge); here it is told what it needs. */
export async function stdio(context: CommandContext, options: StdioOptions): Promise<ExitCode> {
  if (options.connection !== true) {
    const { runBridge } = await import('../../../bridge/main.ts');
    await runBridge(process.argv.slice(2));
    return (process.exitCode as ExitCode | undefined) ?? ExitCode.fine;
  }
  if (options.url !== undefined && options.socket !== undefined)
    throw usageFailure('--url and --socket are two places: name one of them');
  const connection =
    options.socket !== undefined
      ? atSocket(options.socket, options)
      : options.url === undefined
        ? await ownConnection(context, options)
        : namedConnection(context, options.url, options);
  context.terminal.out(`${JSON.stringify(connection)}\n`);
  return ExitCode.fine;
}

/** To a gateway that the person named: its address is taken for true. */
function namedConnection(
  { terminal }: CommandContext,
  url: string,
  { client, server }: StdioOptions,
): Connection {
  const token = terminal.env['LMCP_TOKEN'] ?? '';
  if (token === '') throw new CommandFailure('with --url the token of the client has to be in LMCP_TOKEN');
  const origin = URL.canParse(url) ? new URL(url).origin : 'null';
  if (!/^https?:/.test(origin))
    throw new CommandFailure('--url is not an address, such as http://127.0.0.1:7345');
  return {
    url: origin + pathOf(server),
    clientId: client,
    token,
    socket: null,
    certificate: null,
    key: null,
  };
}

/** To the socket of a client, without its registry: the system has decided who may connect there. */
function atSocket(path: string, { client, server }: StdioOptions): Connection {
  const url = `http://${clientSocketHost}${pathOf(server)}`;
  return { url, clientId: client, token: null, socket: resolve(path), certificate: null, key: null };
}

/** To the gateway of this registry, which has to prove that it is that. */
async function ownConnection(context: CommandContext, options: StdioOptions): Promise<Connection> {
  const file = await readRegistryFile(context);
  const client = knownClient(file, options.client);
  const token = client.socket === null ? await tokenOf(context, file, client.id) : null;
  if (options.start === true) {
    await requireChosen(context);
    await startInBackground(file, options.port);
  }
  const found = await findGateway(file, options.port);
  // Where none runs the bridge waits for it there.
  const endpoint = found.kind === 'running' ? found.reach : found.endpoint;
  const key = await readFile(gatewayKeyPath(file.path)).catch(() => undefined);
  if (key === undefined) {
    throw new CommandFailure(
      `no gateway has run with ${file.path} yet: start it with ${context.commandLine('serve')}, or add --start`,
    );
  }
  // By TLS the socket for commands is used where there is one: nothing on this machine needs to be encrypted.
  const own = found.kind === 'running' && endpoint.tls ? found.reach.socket : undefined;
  const socket = client.socket?.path ?? own ?? null;
  return {
    url:
      (client.socket === null
        ? baseUrl({ ...endpoint, tls: endpoint.tls && socket === null })
        : `http://${clientSocketHost}`) + pathOf(options.server),
    clientId: client.id,
    token,
    socket,
    certificate: (endpoint.tls && file.registry.settings.tls?.cert) || null,
    key: key.toString('base64'),
  };
}

/** From `LMCP_TOKEN`, the file of the secrets, or the registry itself. */
async function tokenOf(context: CommandContext, file: RegistryFile, clientId: string): Promise<string> {
  const { tokens } = knownClient(file, clientId);
  const clear = clearTokenOf(file, clientId);
  if (clear !== undefined) return clear;
  const name = clientSecret(clientId);
  const source = secretReader(file.path, readSecretsFile)(name);
  if (source.kind !== 'missing') {
    const read = secretReading({ keyring: systemKeyring, clock: systemClock, env: file.env });
    const token = await read(source);
    if (isKnown(token, tokens)) return token;
    throw new CommandFailure(
      `the secret ${name} is not the token of client ${clientId} any more: connect the application again, or ` +
        `rotate the token and set it: ${context.commandLine(`secret set ${name}`)}`,
    );
  }
  throw new CommandFailure(
    `the token of client ${clientId} is not known here: put it into LMCP_TOKEN, or set it: ${context.commandLine(`secret set ${name}`)}`,
  );
}

function pathOf(server: string | undefined): string {
  return server === undefined ? '/mcp' : `/mcp/${encodeURIComponent(server)}`;
}
