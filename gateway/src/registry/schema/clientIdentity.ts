import { resolve } from 'node:path';
import { z } from 'zod';
import { pathText, quoted, type RegistryPath } from '../yaml/problem.ts';
import type { ReadContext } from './read/readContext.ts';
import type { ClientSocket, Settings } from '../types.ts';

const account = (whose: string): z.ZodOptional<z.ZodString> =>
  z
    .string()
    .regex(
      /^(?:[A-Za-z_][A-Za-z0-9_.-]{0,63}\$?|\d{1,10})$/,
      'this is not a name or number of a user or group',
    )
    .optional()
    .meta({ description: `${whose}: a name, or a number in quotes.`, examples: ['codex'] });

export const clientSocketSchema = z
  .strictObject({
    path: z
      .string()
      .min(1)
      .meta({
        description: 'The path of the socket; its folder must be writable for no other user.',
        examples: ['/run/lmcp/codex.sock'],
      }),
    owner: account('The user who may connect; only root can give the socket to another user'),
    group: account('The group whose members may connect, with a mode such as "0660"'),
    mode: z
      .string()
      .regex(
        /^0?[0-7]{2}0$/,
        'these are no permissions of owner and group: three octal digits, the last of them 0',
      )
      .optional()
      .meta({
        description: 'Permissions in octal: who may write may connect.',
        default: '0600',
        examples: ['0660'],
      }),
  })
  .meta({
    description: 'A Unix socket of this client: anyone who may connect to it is the client, without a token.',
    examples: [{ path: '/run/lmcp/codex.sock', group: 'codex', mode: '0660' }],
  });

const certificateName = z
  .string()
  .regex(
    /^(?:sha256:[0-9a-f]{64}|(?:CN|DNS|URI|email):[^\s",\\]+)$/,
    'this is not a name of a certificate: sha256: with 64 lower-case digits, or CN:, DNS:, URI: or email: and the name',
  );

export const certificateSchema = z.union([certificateName, z.array(certificateName).max(8)]).meta({
  description:
    'Client certificates that are this client, by `sha256:` and the digest of the certificate, or by `CN:`, `DNS:`, `URI:` or `email:` and a name in it; needs lmcp.tls.client_ca_file.',
  examples: ['DNS:codex.example.net'],
});

/** The socket of a client; null where there is none, or where this system has none. */
export function buildClientSocket(
  read: z.output<typeof clientSocketSchema> | undefined,
  { baseDir }: Pick<ReadContext, 'baseDir'>,
): ClientSocket | null {
  if (read === undefined) return null;
  const { owner = null, group = null, mode = '0600' } = read;
  return { path: resolve(baseDir, read.path), owner, group, mode: Number.parseInt(mode, 8) };
}

/** Names of certificates that nobody asks for would identify no one. */
export function buildCertificates(
  read: z.output<typeof certificateSchema> | undefined,
  path: RegistryPath,
  { tls }: Pick<Settings, 'tls'>,
  { findings }: ReadContext,
): string[] {
  const names = [read ?? []].flat();
  if (names.length > 0 && tls !== null && tls.clients === null)
    findings.problem(
      path,
      'no client certificates are asked for',
      'set lmcp.tls.client_ca_file, or remove this',
    );
  else if (names.length > 0 && tls === null)
    findings.problem(path, 'LMCP does not listen by TLS', 'set lmcp.tls with client_ca_file, or remove this');
  return names;
}

/** What identifies a client by its connection, with its place. */
export interface PlacedIdentity {
  readonly name: string;
  readonly path: RegistryPath;
}

/** No socket and no certificate may be two clients': equal ones are reported at the later of the two places. */
export function reportEqualIdentities(
  identities: readonly PlacedIdentity[],
  { findings }: ReadContext,
): void {
  const first = new Map<string, RegistryPath>();
  for (const { name, path } of identities) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, path);
    else
      findings.problem(
        path,
        `${quoted(name)} is also that of ${pathText(earlier)}`,
        'give each client one of its own',
      );
  }
}
