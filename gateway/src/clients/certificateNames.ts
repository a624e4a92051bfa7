import type { X509Certificate } from 'node:crypto';

/** A name of the subjectAltName as Node writes it; what could be read in two ways is in quotes, and is not a name here. */
const alternative = /(DNS|URI|email):([^",]+)(?=, |$)/g;
const commonName = /^CN=([^\n+\\]+)$/gm;

/**
 * What a client certificate may be called in the registry: `sha256:<digest>`, and `CN:`, `DNS:`, `URI:` and `email:` with what the
 * certificate says (RFC 5280, section 4.2.1.6). A subject with several common names has none.
 */
export function certificateNames(certificate: X509Certificate | undefined): string[] {
  if (certificate === undefined) return [];
  const digest = certificate.fingerprint256.replaceAll(':', '').toLowerCase();
  const common = [...certificate.subject.matchAll(commonName)].map(([, name = '']) => `CN:${name}`);
  const others = [...(certificate.subjectAltName ?? '').matchAll(alternative)].map(
    ([, kind = '', name = '']) => `${kind}:${name}`,
  );
  return [`sha256:${digest}`, ...(common.length === 1 ? common : []), ...others];
}
