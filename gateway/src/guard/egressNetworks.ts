import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { egressNetworkPrefix } from '../registry/container/installation.ts';
import { jsonHeaders } from './answer.ts';
import type { EngineSide } from './engine/engineSide.ts';
import { Denial } from './rules/denial.ts';

/**
 * Without an address of the host on its bridge: `Internal` alone leaves it one, at which the server would reach whatever the host
 * listens on at all addresses (Docker, "Bridge network driver", options).
 */
const inhibited = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
/** The proxy's name on each of these networks. */
const alias = 'egress';

/**
 * Makes the network of a server with `egress:` where it is not there, without a way out, and puts the proxy on it. Each server has
 * one of its own, so that it meets no other.
 * @throws Denial where the engine has no room for it, or the proxy does not run
 */
export async function joinEgressNetwork(engine: EngineSide, name: string, proxy: string): Promise<void> {
  const network = (await engine.json(`/networks/${name}`)) as NetworkFacts | undefined;
  if (network === undefined) {
    const closed = { Name: name, Driver: 'bridge', Internal: true, Options: inhibited };
    const status = await post(engine, '/networks/create', closed);
    if (status >= 400 && status !== 409)
      throw new Denial(`the engine made no network for it (${status})`, 502);
  } else if (!isClosed(network)) {
    throw new Denial(`the network ${name} has a way out: remove it (docker network rm ${name})`);
  }
  const endpoint = { Container: proxy, EndpointConfig: { Aliases: [alias] } };
  const status = await post(engine, `/networks/${name}/connect`, endpoint);
  // 403: it is on it already.
  if (status >= 400 && status !== 403) {
    throw new Denial(`the egress proxy ${proxy} could not be reached (${status})`, 502);
  }
}

interface NetworkFacts {
  readonly Internal?: unknown;
  readonly Options?: Readonly<Record<string, unknown>> | null;
}

function isClosed({ Internal: internal, Options: options }: NetworkFacts): boolean {
  return internal === true && Object.entries(inhibited).every(([name, value]) => options?.[name] === value);
}

/** Removes those of the installation. */
export async function removeEgressNetworks(
  engine: EngineSide,
  instance: string,
  proxy: string | undefined,
): Promise<void> {
  const prefix = egressNetworkPrefix(instance);
  const filters = encodeURIComponent(JSON.stringify({ name: [prefix] }));
  const found = (await engine.json(`/networks?filters=${filters}`)) as
    readonly { Name: string }[] | undefined;
  for (const { Name: name } of found ?? []) {
    if (!name.startsWith(prefix)) continue;
    if (proxy !== undefined)
      await post(engine, `/networks/${name}/disconnect`, { Container: proxy, Force: true });
    await engine.status('DELETE', `/networks/${name}`);
  }
}

async function post(engine: EngineSide, path: string, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const request = await engine.request('POST', path, jsonHeaders(text));
  const answered = once(request, 'response') as Promise<[IncomingMessage]>;
  request.end(text);
  const [answer] = await answered;
  answer.resume();
  return answer.statusCode ?? 0;
}
