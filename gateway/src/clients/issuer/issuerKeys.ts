import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose';
import { issuerMetadataUrls } from '../../addresses/issuerMetadata.ts';
import type { Clock } from '../../clock.ts';
import { isRecord } from '../../json/isRecord.ts';
import type { OAuthIssuer } from '../../registry/types.ts';
import { DocumentError, fetchJson } from '../../upstream/http/exchange/fetchJson.ts';
import { isLoopbackHost } from '../../addresses/loopbackHost.ts';

/** Metadata and keys are some kilobytes. */
const documents = { maxBytes: 256 * 1024, waitMs: 10_000 } as const;
/** Milliseconds. */
const times = {
  /** Keys are read again: one that the issuer has removed is good for no longer. */
  renew: 10 * 60_000,
  /** While the issuer cannot be reached, its last keys are used for so long. */
  keep: 60 * 60_000,
  /** Between two requests for the keys, for all callers together: an unknown key id costs a stranger nothing to make up. */
  pause: 30_000,
} as const;

interface Kept {
  readonly of: string;
  readonly keys: JWTVerifyGetKey;
  readonly at: number;
}

/** The signing keys of the issuer: found by its metadata, kept, and renewed. */
export class IssuerKeys {
  readonly #clock: Clock;
  #kept: Kept | undefined;
  #last: { readonly of: string; readonly at: number; readonly outcome: Promise<Kept> } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param renew a token names a key that is not among those that are kept
   * @throws DocumentError: the issuer cannot be reached, or has no usable keys
   */
  async find(issuer: OAuthIssuer, { renew = false } = {}): Promise<JWTVerifyGetKey> {
    const of = JSON.stringify([issuer.url, issuer.allowPrivate, issuer.ca]);
    const kept = this.#kept?.of === of ? this.#kept : undefined;
    const age = kept === undefined ? Infinity : this.#clock.monotonic() - kept.at;
    if (kept !== undefined && age < times.renew && !renew) return kept.keys;
    try {
      const { keys } = await this.#renewed(of, issuer);
      return keys;
    } catch (error) {
      if (kept === undefined || age >= times.keep) throw error;
      return kept.keys;
    }
  }

  /** One request for everybody who waits, and none before the pause is over. */
  #renewed(of: string, issuer: OAuthIssuer): Promise<Kept> {
    const now = this.#clock.monotonic();
    if (this.#last?.of === of && now - this.#last.at < times.pause) return this.#last.outcome;
    const outcome = readKeys(issuer).then((keys) => (this.#kept = { of, keys, at: now }));
    this.#last = { of, at: now, outcome };
    outcome.catch(() => undefined);
    return outcome;
  }
}

/**
 * The address of the issuer is the administrator's; what its metadata name may be no place that the issuer could not be: for one of this
 * machine this machine, else public names by https (with `allow_private` those of a private network).
 */
async function readKeys(issuer: OAuthIssuer): Promise<JWTVerifyGetKey> {
  const url = new URL(issuer.url);
  const remote = !isLoopbackHost(url.hostname);
  const whereabouts = { loopbackOnly: true, remote, allowPrivate: issuer.allowPrivate };
  const tls = await authorities(issuer);
  const read = (at: URL): Promise<unknown> => fetchJson(whereabouts, at, documents, tls);
  const metadata = await firstOf(issuerMetadataUrls(url), read);
  if (!isRecord(metadata) || metadata['issuer'] !== issuer.url)
    throw new DocumentError('has metadata of another issuer: lmcp.oauth.issuer.url must be as they name it');
  const { jwks_uri: at } = metadata;
  const address = typeof at === 'string' ? URL.parse(at) : null;
  if (address === null) throw new DocumentError('names no address of its keys (jwks_uri)');
  const keys = await read(address);
  if (!isRecord(keys) || !Array.isArray(keys['keys'])) throw new DocumentError('has no keys at jwks_uri');
  const { createLocalJWKSet } = await import('jose');
  return createLocalJWKSet(keys as unknown as JSONWebKeySet);
}

async function authorities({ ca }: OAuthIssuer): Promise<{ readonly ca?: string[] }> {
  if (ca === undefined) return {};
  const { rootCertificates } = await import('node:tls');
  return { ca: [...rootCertificates, ca] };
}

/** The document at the first address that has one. @throws DocumentError of the last */
async function firstOf(urls: readonly string[], read: (at: URL) => Promise<unknown>): Promise<unknown> {
  let failed: unknown;
  for (const url of urls) {
    try {
      return await read(new URL(url));
    } catch (error) {
      failed = error;
    }
  }
  throw failed;
}
