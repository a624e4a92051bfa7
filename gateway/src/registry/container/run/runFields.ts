import { isIP } from 'node:net';
import { splitOnce } from '../fields.ts';
import type { Field } from '../problem.ts';
import type { Ulimit } from '../../types.ts';

/** Values that only `docker run` names. */

/** `os/architecture[/variant]`. */
export function platform(written: unknown): Field<string> {
  if (typeof written === 'string' && /^[a-z0-9]{1,16}\/[a-z0-9_]{1,16}(\/v\d{1,2})?$/.test(written)) {
    return { value: written };
  }
  return { message: 'is not a platform', fix: 'write linux/amd64 or linux/arm64' };
}

export function hostname(written: unknown): Field<string> {
  if (typeof written === 'string' && /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/.test(written)) {
    return { value: written };
  }
  return { message: 'is not a host name', fix: 'write letters, digits, hyphens and dots, 63 at most' };
}

export function dnsServer(written: unknown): Field<string> {
  if (typeof written === 'string' && isIP(written) !== 0) return { value: written };
  return { message: 'is not the address of a DNS server', fix: 'write an IP address' };
}

/** The largest value of each; a core file would be the machine's to handle, outside the container. */
const largestLimit: ReadonlyMap<string, number> = new Map([
  ['core', 0],
  ['cpu', 2 ** 31],
  ['fsize', 2 ** 50],
  ['nofile', 1_048_576],
  ['nproc', 65_536],
  ['stack', 2 ** 30],
]);

/** `name=soft[:hard]` (setrlimit(2)). */
export function ulimit(written: unknown): Field<Ulimit> {
  const [name, values = ''] = typeof written === 'string' ? splitOnce(written, '=') : [''];
  const [, soft, hard = soft] = /^(\d{1,16})(?::(\d{1,16}))?$/.exec(values) ?? [];
  const limit = { name, soft: Number(soft), hard: Number(hard) };
  const largest = largestLimit.get(name);
  if (largest !== undefined && limit.soft <= limit.hard && limit.hard <= largest) return { value: limit };
  const known = [...largestLimit].map(([one, most]) => `${one} (at most ${most})`).join(', ');
  return {
    message: 'is not a limit that a server can be given',
    fix: `write name=number or name=soft:hard, with one of ${known}`,
  };
}

/** Seconds. */
export function stopTimeout(written: unknown): Field<number> {
  const seconds = typeof written === 'string' && /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN;
  if (Number.isInteger(seconds)) return { value: seconds };
  return { message: 'is not a number of seconds', fix: 'remove it' };
}
