import { createHash } from 'node:crypto';
import { isRecord } from '../../../json/isRecord.ts';
import type { ImageName } from './imageName.ts';

/** Bytes of a manifest (OCI Distribution Specification 1.1, "Pushing Manifests"), and of a signature. */
const largestManifest = 4 * 1024 ** 2;
const largestBlob = 1024 ** 2;
const maxAnswer = 20_000;
const maxRedirects = 3;
const manifestTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/** Reads an image's attached manifests and blobs (OCI Distribution Specification 1.1, "Pull"), without credentials. */
export class RegistryClient {
  readonly #image: ImageName;
  readonly #origin: string;
  readonly #signal: AbortSignal;
  #token: string | undefined;

  constructor(image: ImageName, signal: AbortSignal) {
    this.#image = image;
    this.#origin = new URL(image.origin).origin;
    this.#signal = signal;
  }

  /** Undefined if there is none. @throws Error with a message */
  async manifest(reference: string): Promise<unknown> {
    const found = await this.#read(`manifests/${reference}`, largestManifest);
    if (found === undefined) return undefined;
    if (reference.startsWith('sha256:')) requireDigest(found, reference);
    return JSON.parse(found.toString('utf8')) as unknown;
  }

  /** An index of the manifests that refer to a digest; without that endpoint, from its tag. @throws Error with a message */
  async referrers(digest: string): Promise<unknown> {
    const index = await this.#read(`referrers/${digest}`, largestManifest);
    if (index !== undefined) return JSON.parse(index.toString('utf8')) as unknown;
    return this.manifest(digest.replace(':', '-'));
  }

  /** @throws Error with a message */
  async blob(digest: string): Promise<Buffer> {
    const found = await this.#read(`blobs/${digest}`, largestBlob);
    if (found === undefined) throw new Error(`its registry does not have ${digest}`);
    requireDigest(found, digest);
    return found;
  }

  async #read(path: string, most: number): Promise<Buffer | undefined> {
    const url = new URL(`/v2/${this.#image.repository}/${path}`, this.#origin);
    let response = await this.#get(url, this.#token);
    if (response.status === 401) {
      await response.body?.cancel();
      this.#token = await this.#anonymousToken(response.headers.get('www-authenticate') ?? '');
      response = await this.#get(url, this.#token);
    }
    if (response.status === 404) {
      await response.body?.cancel();
      return undefined;
    }
    return bodyOf(response, most);
  }

  /** Blobs are often redirected: the token is only sent to the registry, and no redirect may lead from TLS to clear text. */
  async #get(url: URL, token?: string): Promise<Response> {
    let at = url;
    for (let redirects = 0; redirects <= maxRedirects; redirects++) {
      const response = await fetch(at, {
        redirect: 'manual',
        headers: {
          accept: `${manifestTypes}, */*`,
          ...(token !== undefined && at.origin === this.#origin && { authorization: `Bearer ${token}` }),
        },
        signal: AbortSignal.any([this.#signal, AbortSignal.timeout(maxAnswer)]),
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || location === null) return response;
      await response.body?.cancel();
      at = new URL(location, at);
      if (at.protocol !== 'https:' && at.origin !== this.#origin)
        throw new Error(`its registry redirects to ${at.origin}, which has no TLS`);
    }
    throw new Error('its registry redirects too often');
  }

  /** The registry's anonymous token (Distribution, "Token Authentication Specification"). */
  async #anonymousToken(challenge: string): Promise<string> {
    const params = new Map(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    const realm = URL.parse(params.get('realm') ?? '');
    const isKept = realm?.protocol === 'https:' || realm?.origin === this.#origin;
    if (!/^bearer /i.test(challenge) || realm === null || !isKept)
      throw new Error('its registry requires credentials, and LMCP has none');
    const service = params.get('service');
    if (service !== undefined) realm.searchParams.set('service', service);
    realm.searchParams.set('scope', `repository:${this.#image.repository}:pull`);
    const answer = JSON.parse(
      (await bodyOf(await this.#get(realm), largestBlob)).toString('utf8'),
    ) as unknown;
    const { token, access_token: alias } = isRecord(answer) ? answer : {};
    const given = token ?? alias;
    if (typeof given !== 'string') throw new Error('its registry returned no token');
    return given;
  }
}

async function bodyOf(response: Response, most: number): Promise<Buffer> {
  if (!response.ok) throw new Error(`its registry answered ${response.status}`);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > most) throw new Error(`its registry’s answer has more than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function requireDigest(content: Buffer, digest: string): void {
  const found = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  if (found !== digest) throw new Error(`its registry gave ${found} for ${digest}`);
}
