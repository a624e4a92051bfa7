import { createPrivateKey, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { z } from 'zod';
import { reachable } from '../../endpoint.ts';
import type { RegistryPath } from '../yaml/problem.ts';
import type { ReadContext } from './read/readContext.ts';
import type { ListenerTls } from '../types.ts';
import { pemText } from './read/pemText.ts';

const pemFile = (description: string, example: string): z.ZodOptional<z.ZodString> =>
  z
    .string()
    .min(1)
    .optional()
    .meta({ description, examples: [example] });

export const listenerTlsSchema = z
  .strictObject({
    cert_file: pemFile('The certificate, and what it is signed by: a PEM file.', 'tls/lmcp.pem'),
    key_file: pemFile('Its private key, without a passphrase: a PEM file.', 'tls/lmcp.key'),
    client_ca_file: pemFile(
      'The authorities of client certificates: a PEM file. Without it none is asked for.',
      'tls/clients-ca.pem',
    ),
    client_certificates: z.enum(['required', 'optional']).optional().meta({
      description:
        'With client_ca_file. required: nobody connects without a certificate of it; optional: a token will do.',
      default: 'required',
    }),
  })
  .meta({ description: 'The certificate of the gateway: with it LMCP listens by TLS alone.' });

/** At which names and addresses the gateway answers. */
interface Answering {
  readonly host: string;
  readonly port: number;
  /** `name` or `name:port`, in lower case. */
  readonly allowedHosts: readonly string[];
}

const path: RegistryPath = ['lmcp', 'tls'];
const dayMs = 24 * 60 * 60 * 1000;

/** The listener's certificate with all that its files hold; null where there is none, or where something is wrong with it. */
export function buildListenerTls(
  read: z.output<typeof listenerTlsSchema> | undefined,
  answering: Answering,
  context: ReadContext,
): ListenerTls | null {
  if (read === undefined) return null;
  const { findings } = context;
  const missing = (['cert_file', 'key_file'] as const).filter((name) => read[name] === undefined);
  for (const name of missing)
    findings.problem(path, `${name} is missing`, `add ${name}, or remove tls`, 'key');
  const caFile = read.client_ca_file;
  if (caFile === undefined && read.client_certificates !== undefined)
    findings.problem(
      [...path, 'client_certificates'],
      'there are no authorities for client certificates',
      'add client_ca_file, or remove this',
    );
  const cert = pem('cert_file', read.cert_file, context, certificates);
  const key = pem('key_file', read.key_file, context, createPrivateKey);
  const ca = pem('client_ca_file', caFile, context, certificates);
  const leaf = cert?.value[0];
  if (cert === undefined || key === undefined || leaf === undefined) return null;
  if (!leaf.checkPrivateKey(key.value)) {
    const fix =
      'write the key that belongs to the certificate; the certificate itself comes first in its file';
    findings.problem([...path, 'key_file'], 'this is not the key of the certificate', fix);
    return null;
  }
  const fault = context.tlsFault?.({ cert: cert.text, key: key.text, ...(ca && { ca: ca.text }) });
  if (fault !== undefined) {
    const fix =
      'write a certificate and a key that TLS accepts, such as EC P-256 or RSA of 2048 bits or more';
    findings.problem(path, `TLS does not accept these files (${fault})`, fix);
    return null;
  }
  const name = nameOf(leaf, answering);
  warnOfCertificate(leaf, name, answering, context);
  const clients =
    ca === undefined ? null : { ca: ca.text, required: read.client_certificates !== 'optional' };
  return { cert: cert.text, key: key.text, clients, name };
}

/** The first of the listener's own address and `lmcp.allowed_hosts` that the certificate is valid for. */
function nameOf(leaf: X509Certificate, { host, port, allowedHosts }: Answering): string | null {
  const own = [reachable(host)];
  const named = allowedHosts.flatMap((entry) => {
    const [, name = '', at] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(entry) ?? [];
    return Number(at ?? 443) === port ? [name.replace(/^\[|\]$/g, '')] : [];
  });
  const isValid = (name: string): boolean =>
    (isIP(name) === 0 ? leaf.checkHost(name) : leaf.checkIP(name)) !== undefined;
  return [...own, ...named].find((name) => name !== '' && isValid(name)) ?? null;
}

function warnOfCertificate(
  leaf: X509Certificate,
  name: string | null,
  { host, port }: Answering,
  { findings }: ReadContext,
): void {
  const at = [...path, 'cert_file'];
  const end = Date.parse(leaf.validTo);
  const now = Date.now();
  if (end < now || Date.parse(leaf.validFrom) > now)
    findings.warning(
      at,
      `the certificate is valid from ${leaf.validFrom} to ${leaf.validTo}: clients reject it`,
      'renew it',
    );
  else if (end - now < dayMs)
    findings.warning(at, `the certificate ends at ${leaf.validTo}`, 'renew it; LMCP takes the new file over');
  if (name === null)
    findings.warning(
      at,
      `the certificate is not valid for ${reachable(host)}, nor for any of allowed_hosts: clients reject it, or are answered 403`,
      `add its name with the port to allowed_hosts, such as ${leaf.subjectAltName?.match(/DNS:([^,]+)/)?.[1] ?? 'lmcp.example.net'}:${port}`,
    );
}

interface Pem<T> {
  readonly text: string;
  readonly value: T;
}

/** Undefined, and a problem by name, where the file can't be read or holds something else. */
function pem<T>(
  name: 'cert_file' | 'key_file' | 'client_ca_file',
  file: string | undefined,
  context: ReadContext,
  parse: (text: string) => T,
): Pem<T> | undefined {
  if (file === undefined) return undefined;
  const at = [...path, name];
  const text = pemText(file, at, context);
  if (text === undefined) return undefined;
  try {
    return { text, value: parse(text) };
  } catch {
    const what = name === 'key_file' ? 'a private key without a passphrase' : 'a certificate';
    context.findings.problem(
      at,
      `the file does not hold ${what} in PEM`,
      'write the PEM file, or correct the path',
    );
    return undefined;
  }
}

/** All certificates of a PEM text, in its order. Throws where one is none, or none is there. */
function certificates(text: string): [X509Certificate, ...X509Certificate[]] {
  const [first, ...others] = (
    text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
  ).map((one) => new X509Certificate(one));
  if (first === undefined) throw new Error('no certificate');
  return [first, ...others];
}
