import { isIP } from 'node:net';
import type { EgressTarget } from '../types.ts';
import type { Field } from './problem.ts';
import { isPublicName } from './guardRules/pullSources.ts';

/** `host:port`; the host is a name or an IP address, of version 6 in brackets. */
export function egressTarget(written: unknown): Field<EgressTarget> {
  const text = typeof written === 'string' ? written.toLowerCase() : '';
  const [, bracketed, name, digits] =
    /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9](?:[a-z0-9._-]{0,251}[a-z0-9])?)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? name;
  const port = Number(digits);
  const isAddress = bracketed !== undefined ? isIP(bracketed) === 6 : isIP(name ?? '') === 4;
  const isFit = isAddress || (bracketed === undefined && !/(?:^|\.)(?:\d+|0x[0-9a-f]*)$/.test(name ?? ''));
  if (host !== undefined && isFit && port >= 1 && port <= 65_535) return { value: { host, port } };
  return {
    message: 'is not host:port',
    fix: 'write a name or an IP address with a port, such as api.github.com:443',
  };
}

export function shownTarget({ host, port }: EgressTarget): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * Of the targets for a port, those that mean a place outside the public internet: an address, or a name that no public DNS has.
 * Where a public name leads is its owner's to say, and so never such a place.
 */
export function namedPlaces(targets: readonly EgressTarget[], port: number): string[] {
  return targets
    .filter((target) => target.port === port && !isPublicName(target.host))
    .map(({ host }) => host);
}
