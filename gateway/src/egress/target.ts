import type { IncomingMessage } from 'node:http';

export interface Target {
  readonly host: string;
  readonly port: number;
}

/** `host:port` of a CONNECT request; IPv6 in brackets. Undefined where it is anything else. */
export function connectTarget(written: string): Target | undefined {
  const [, bracketed, name, digits] =
    /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})?)):(\d{1,5})$/.exec(written) ?? [];
  const host = (bracketed ?? name)?.toLowerCase().replace(/\.$/, '');
  const port = Number(digits);
  return host === undefined || host === '' || !(port >= 1 && port <= 65_535) ? undefined : { host, port };
}

/** Of a plain request, which names its whole URL (RFC 9112, absolute-form). */
export function urlTarget(written: string): (Target & { readonly url: URL }) | undefined {
  if (!written.startsWith('http://') || !URL.canParse(written)) return undefined;
  const url = new URL(written);
  const target = connectTarget(`${url.hostname}:${url.port === '' ? '80' : url.port}`);
  return target && url.username === '' ? { ...target, url } : undefined;
}

/** The password of `Proxy-Authorization: Basic`. */
export function proxyToken({ headersDistinct: headers }: IncomingMessage): string | undefined {
  const [value = '', ...more] = headers['proxy-authorization'] ?? [];
  const encoded = /^Basic ([A-Za-z0-9+/=]{1,400})$/i.exec(value)?.[1];
  if (encoded === undefined || more.length > 0) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('latin1');
  return text.slice(text.indexOf(':') + 1);
}
