import type { RegistryView } from 'lmcp-gateway/src/api/schema/registryView.ts';

type FileTls = NonNullable<RegistryView['lmcp']['tls']>;
export type TlsKey = keyof FileTls;

/** A key of `lmcp.tls` that is the path of a file. */
interface TlsFileField {
  readonly key: Exclude<TlsKey, 'client_certificates'>;
  readonly label: string;
  readonly hint: string;
}

export const tlsFileFields: readonly TlsFileField[] = [
  {
    key: 'cert_file',
    label: 'Certificate file',
    hint: 'PEM, with its chain. LMCP then accepts TLS connections only.',
  },
  { key: 'key_file', label: 'Private key file', hint: 'PEM, without a passphrase.' },
  {
    key: 'client_ca_file',
    label: 'Authorities of client certificates',
    hint: 'PEM. Leave empty to ask for none.',
  },
];

/** The change of `lmcp.tls` for one of its keys; without any key left, `tls` is removed. */
export function tlsPatch(
  current: Partial<FileTls> | undefined,
  key: TlsKey,
  value: string,
): { readonly lmcp: { readonly tls: Readonly<Partial<Record<TlsKey, string | null>>> | null } } {
  const typed = value.trim();
  const others = Object.keys(current ?? {}).filter((one) => one !== key);
  if (typed === '' && others.length === 0) return { lmcp: { tls: null } };
  return { lmcp: { tls: { [key]: typed === '' ? null : typed } } };
}
