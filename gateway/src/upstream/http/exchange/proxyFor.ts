import { BlockList, isIP } from 'node:net';
import { isLoopbackHost } from '../../../addresses/loopbackHost.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a URL: `HTTPS_PROXY` or `HTTP_PROXY`, in small letters first, unless `NO_PROXY` has its
 * host. This machine is never asked for through a proxy.
 */
export function proxyFor(url: URL, env: Environment): string | undefined {
  const { protocol, hostname } = url;
  const proxy = variable(env, `${protocol.replace(':', '')}_proxy`);
  if (proxy === undefined || isLoopbackHost(hostname)) return undefined;
  const direct = variable(env, 'no_proxy')?.split(/[\s,]+/) ?? [];
  return direct.some((entry) => entry !== '' && covers(entry.toLowerCase(), url)) ? undefined : proxy;
}

/** Empty is as if it were not set. */
function variable(env: Environment, name: string): string | undefined {
  return [env[name], env[name.toUpperCase()]].find((value) => value !== undefined && value !== '');
}

/**
 * An entry of `NO_PROXY`: `*`, a name with those below it, an address, or a range of addresses; names and addresses with a port
 * or without.
 */
function covers(entry: string, { protocol, hostname, port }: URL): boolean {
  if (entry === '*') return true;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && entry.includes('/')) return inRange(entry, host);
  const [, name = entry, only] = /^(.+?|\[.+\]):(\d+)$/.exec(isIP(entry) === 6 ? '' : entry) ?? [];
  const wanted = name.replace(/^\[|\]$/g, '').replace(/^\*?\./, '');
  if (only !== undefined && only !== (port === '' ? defaultPorts[protocol] : port)) return false;
  return host === wanted || (isIP(host) === 0 && host.endsWith(`.${wanted}`));
}

export const defaultPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

function inRange(range: string, address: string): boolean {
  const [net = '', bits = ''] = range.split('/');
  const [family, length] = [isIP(net), Number(bits)];
  if (family === 0 || !/^\d+$/.test(bits) || length > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(net, length, family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}
