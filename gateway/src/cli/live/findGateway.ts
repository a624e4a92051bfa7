import { messageOf } from '../../errors.ts';
import { baseUrl, type Endpoint } from '../../endpoint.ts';
import { ourselves } from '../../local/folderFault.ts';
import { readRunFile, runFilePath, type RunningGateway } from '../../local/runFile.ts';
import { socketFault } from '../../local/socketPath.ts';
import { CommandFailure } from '../exitCodes.ts';
import { configuredEndpoint } from '../../registry/configuredEndpoint.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import type { Reach } from './request/httpRequest.ts';
import { notProven, probe } from './liveGateway.ts';

/** Where the gateway of a registry was looked for, and what came of it. */
export type Found =
  /** It has proven to be the registry's: tokens may be sent to it. */
  | { readonly kind: 'running'; readonly reach: Reach }
  | {
      readonly kind: 'none';
      /** Where it would be. */
      readonly endpoint: Endpoint;
      /** Why one may run nevertheless. */
      readonly doubt?: CommandFailure;
    };

type Wanted = Pick<RegistryFile, 'path' | 'registry'>;

/**
 * Finds the running gateway of a registry by the run file beside its log: whatever port it took, and whatever the registry
 * says of the port by now. A gateway that does not prove to hold the key beside the registry is none.
 * @param port where the person says that it listens
 */
export async function findGateway(file: Wanted, port?: number): Promise<Found> {
  const { settings } = file.registry;
  const configured = configuredEndpoint(settings);
  const endpoint = { ...configured, port: port ?? configured.port };
  const certificate = settings.tls?.cert;
  let running: RunningGateway | undefined;
  try {
    running = await readRunFile(runFilePath(settings.auditLog));
  } catch (error) {
    if (port === undefined) return { kind: 'none', endpoint, doubt: unreadable(error) };
  }
  if (running !== undefined && (port === undefined || port === running.port)) {
    const { host, tls, socket } = running;
    const place = { host, port: running.port, tls };
    return (
      (await atSocket(file, place, socket)) ?? (await atAddress(file, { ...place, certificate }, endpoint))
    );
  }
  return port === undefined
    ? { kind: 'none', endpoint }
    : atAddress(file, { ...endpoint, certificate }, endpoint);
}

/** Undefined where nobody listens: the gateway was killed, or runs in a container. */
async function atSocket(file: Wanted, place: Endpoint, socket: string | null): Promise<Found | undefined> {
  const person = ourselves();
  if (socket === null || person === undefined) return undefined;
  if ((await socketFault(socket, person)) !== undefined) return undefined;
  const reach = { ...place, socket };
  const found = await probe(reach, file.path);
  return found.kind === 'lmcp' && found.proven ? { kind: 'running', reach } : undefined;
}

async function atAddress(file: Wanted, reach: Reach, endpoint: Endpoint): Promise<Found> {
  const found = await probe(reach, file.path);
  if (found.kind === 'nothing') return { kind: 'none', endpoint };
  if (found.kind === 'lmcp' && found.proven) return { kind: 'running', reach };
  return { kind: 'none', endpoint, doubt: notProven(reach, file.path) };
}

function unreadable(error: unknown): CommandFailure {
  const message = messageOf(error);
  return new CommandFailure(
    `cannot determine whether a gateway is running: ${message}. Run this command as the user that runs the gateway`,
  );
}

/** Where no gateway was found: what answers there and is none, else that none does. */
export function noGateway(found: Extract<Found, { kind: 'none' }>): CommandFailure {
  return found.doubt ?? new CommandFailure(`no LMCP answers at ${baseUrl(found.endpoint)}`);
}
