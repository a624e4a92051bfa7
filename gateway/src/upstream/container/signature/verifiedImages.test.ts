import { generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { resolveSpec } from '../../../registry/container/spec.ts';
import { containerServer } from '../../testing/servers.ts';
import {
  bundleOf,
  digestOf,
  envelopeBytes,
  referring,
  signatures,
  signedByKey,
  simpleSigning,
  statement,
  type Artifact,
} from './testing/cosign.ts';
import { VerifiedImages } from './verifiedImages.ts';

const digest = digestOf('the image');
const tag = `manifests/${digest.replace(':', '-')}.sig`;
const maker = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = ({ publicKey }: typeof maker): string =>
  publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** What the registry has, by path below its repository; what it was asked; what it wants and does. */
const files = new Map<string, Buffer | string>();
const asked: string[] = [];
let token: string | undefined;
let redirect: string | undefined;

const registry = createServer((request: IncomingMessage, response: ServerResponse) => {
  const path = (request.url ?? '').replace('/v2/servers/fixture/', '');
  asked.push(path);
  if (path.startsWith('/token?')) return void response.end(JSON.stringify({ token }));
  if (token !== undefined && request.headers.authorization !== `Bearer ${token}`) {
    const realm = `Bearer realm="http://${request.headers.host}/token",service="test"`;
    return void response.writeHead(401, { 'www-authenticate': realm }).end();
  }
  if (redirect !== undefined && path.startsWith('blobs/'))
    return void response.writeHead(307, { location: redirect }).end();
  const found = files.get(path);
  if (found === undefined) response.writeHead(404).end('{}');
  else response.end(found);
});

beforeAll(() => new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve)));
afterAll(() => registry.close());
beforeEach(() => {
  files.clear();
  asked.length = 0;
  token = undefined;
  redirect = undefined;
});

function put(path: string, { manifest, blobs }: Artifact): void {
  files.set(path, JSON.stringify(manifest));
  for (const blob of blobs) files.set(`blobs/${digestOf(blob)}`, blob);
}

const repository = (): string => `127.0.0.1:${(registry.address() as AddressInfo).port}/servers/fixture`;

const named = (image = `${repository()}:1`, key = pem(maker)) =>
  containerServer(resolveSpec({ image, signature: { kind: 'key', key } }, 'hardened'));

function nameOf(server = named(), digests = [`${repository()}@${digest}`], images = new VerifiedImages()) {
  return images.nameOf(server, { digests }, new AbortController().signal);
}

async function reason(verifying: Promise<string>): Promise<string> {
  const error: unknown = await verifying.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'image_unverified' });
  expect((error as Error).message).not.toContain('127.0.0.1');
  return (error as { operatorDetail: string }).operatorDetail;
}

it('runs an image by the digest that its maker has signed, and asks for it once', async () => {
  put(tag, signatures(signedByKey(simpleSigning(digest), maker.privateKey)));
  const images = new VerifiedImages();
  for (let i = 0; i < 2; i++)
    expect(await nameOf(named(), undefined, images)).toBe(`${repository()}@${digest}`);
  expect(asked.filter((path) => path === tag)).toHaveLength(1);
});

it('takes a signature of a bundle, which a manifest holds that refers to the image', async () => {
  const payload = statement(digest);
  const bundle = bundleOf(payload, sign('sha256', envelopeBytes(payload), maker.privateKey));
  const { artifact, index } = referring({ digest }, bundle);
  put(`manifests/${index.manifests[0]?.digest}`, artifact);
  files.set(`referrers/${digest}`, JSON.stringify(index));
  expect(await nameOf()).toBe(`${repository()}@${digest}`);
  files.set(`manifests/${digest.replace(':', '-')}`, JSON.stringify(index));
  files.delete(`referrers/${digest}`);
  expect(await nameOf()).toBe(`${repository()}@${digest}`);
});

it('one signature of several is enough', async () => {
  const payload = simpleSigning(digest);
  put(tag, signatures(signedByKey(payload, stranger.privateKey), signedByKey(payload, maker.privateKey)));
  expect(await nameOf()).toContain(digest);
});

it.each([
  ['nobody has signed', () => undefined, 'it has no signature'],
  [
    'somebody else has signed',
    () => put(tag, signatures(signedByKey(simpleSigning(digest), stranger.privateKey))),
    'signature verification failed',
  ],
  [
    'has the signature of another one',
    () => put(tag, signatures(signedByKey(simpleSigning(digestOf('other')), maker.privateKey))),
    `is about ${digestOf('other')}`,
  ],
  [
    'has a signature that says something else of it',
    () => put(tag, signatures(signedByKey(simpleSigning(digest, 'other'), maker.privateKey))),
    'is about something else',
  ],
  [
    'has a signed statement that is not a signature',
    () => {
      const payload = statement(digest, 'https://slsa.dev/provenance/v1');
      const bundle = bundleOf(payload, sign('sha256', envelopeBytes(payload), maker.privateKey));
      const { artifact, index } = referring({ digest }, bundle);
      put(`manifests/${index.manifests[0]?.digest}`, artifact);
      files.set(`referrers/${digest}`, JSON.stringify(index));
    },
    'is about something else',
  ],
  [
    'has a payload that was changed after the signature',
    () => {
      const { manifest, blobs } = signatures(signedByKey(simpleSigning(digest), maker.privateKey));
      put(tag, { manifest, blobs });
      files.set(`blobs/${digestOf(simpleSigning(digest))}`, simpleSigning(digest, 'other'));
    },
    'its registry gave',
  ],
  ['has a manifest that is none', () => void files.set(tag, 'no JSON'), 'can’t be read'],
])('does not run an image that %s', async (_what, prepare, words) => {
  prepare();
  expect(await reason(nameOf())).toContain(words);
});

it('does not run an image that was built here, or fetched from elsewhere', async () => {
  put(tag, signatures(signedByKey(simpleSigning(digest), maker.privateKey)));
  for (const digests of [[], [`ghcr.io/servers/fixture@${digest}`], [`${repository()}2@${digest}`]])
    expect(await reason(nameOf(named(), digests))).toContain('not fetched from a registry');
  const other = `${repository()}@${digestOf('other')}`;
  expect(await reason(nameOf(named(other)))).toContain('not fetched from a registry');
  expect(asked).toEqual([]);
});

it('asks for nothing where no signature is wanted', async () => {
  const server = containerServer(resolveSpec({ image: 'mcp/fetch' }, 'hardened'));
  expect(await nameOf(server, [])).toBe('mcp/fetch');
  expect(asked).toEqual([]);
});

it('gets the token that a registry gives to everybody', async () => {
  token = 'for-all';
  put(tag, signatures(signedByKey(simpleSigning(digest), maker.privateKey)));
  expect(await nameOf()).toContain(digest);
  expect(asked).toContain('/token?service=test&scope=repository%3Aservers%2Ffixture%3Apull');
});

it('does not follow a registry to where there is no TLS, nor without end', async () => {
  put(tag, signatures(signedByKey(simpleSigning(digest), maker.privateKey)));
  redirect = 'http://127.0.0.1:9/blob';
  expect(await reason(nameOf())).toContain('http://127.0.0.1:9, which has no TLS');
  redirect = `http://${repository().split('/')[0]}/v2/servers/fixture/blobs/x`;
  expect(await reason(nameOf())).toContain('redirects too often');
});

it('reads no answer beyond the size of a signature', async () => {
  put(tag, signatures(signedByKey(simpleSigning(digest), maker.privateKey)));
  files.set(`blobs/${digestOf(simpleSigning(digest))}`, Buffer.alloc(1024 ** 2 + 1));
  expect(await reason(nameOf())).toContain('more than 1048576 bytes');
});
