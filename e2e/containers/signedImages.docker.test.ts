import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, randomUUID, type KeyPairKeyObjectResult } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  referring,
  signatures,
  signedByKey,
  simpleSigning,
  statement,
} from '../../gateway/src/upstream/container/signature/testing/cosign.ts';
import { ArtifactRegistry } from '../harness/docker/artifactRegistry.ts';
import { containersOf, fixtureImage, realEngine, testInstance } from '../harness/docker/containers.ts';
import { SigningAuthority } from '../harness/docker/signingAuthority.ts';
import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, callTool } from '../harness/rpc.ts';

const { docker } = realEngine();
const caller = callerNamed('tester');
const signer = {
  identity: 'https://github.com/example/fixture/.github/workflows/release.yml@refs/tags/v1',
  issuer: 'https://token.actions.githubusercontent.com',
};
let registry: ArtifactRegistry;
let authority: SigningAuthority;
let folder: string;
let digest: string;
let tag: string;

beforeAll(async () => {
  registry = await ArtifactRegistry.serve();
  authority = await SigningAuthority.create();
  folder = await mkdtemp(join(tmpdir(), 'lmcp-signed-'));
  await writeFile(join(folder, 'trusted_root.json'), authority.trustRoot);
});
afterAll(async () => {
  await registry[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** An image of its own for each test, which the engine has from the registry. */
beforeEach(async () => {
  tag = `${registry.repository}:${randomUUID()}`;
  const build = ['build', '--quiet', '--label', `copy=${tag}`, '--tag', tag, '-'];
  execFileSync('docker', build, {
    input: `FROM ${fixtureImage}\n`,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  execFileSync('docker', ['push', '--quiet', tag], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { RepoDigests: digests } = await docker.getImage(tag).inspect();
  digest = digests[0]?.split('@')[1] ?? '';
  execFileSync('docker', ['rmi', tag], { stdio: 'ignore' });
  return () => void execFileSync('docker', ['rmi', '--force', tag], { stdio: 'ignore' });
});

async function keyFile(name: string, { publicKey }: KeyPairKeyObjectResult): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, publicKey.export({ type: 'spki', format: 'pem' }));
  return path;
}

const keyPair = (): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const signatureTag = (): string => `${digest.replace(':', '-')}.sig`;

/** What a server of the image answers at a gateway of its own, and what is logged of it. */
async function answerOf(cosign: Readonly<Record<string, string>>) {
  const name = testInstance();
  await using gateway = await TestGateway.start(
    {
      clients: { tester: { token: caller.token, allow_servers: ['signed'] } },
      servers: { signed: { transport: 'stdio', image: tag, verify: 'cosign', cosign } },
    },
    { LMCP_INSTALLATION: name },
  );
  const { body } = await callTool(gateway, caller, 'signed__echo', { text: 'verified' });
  const containers = await containersOf(name);
  const errors = (await gateway.audit()).filter(({ event }) => event === 'server_error');
  const [content] = (body.result?.['content'] ?? []) as { text: string }[];
  return { text: content?.text, kinds: errors.map(({ detail }) => detail?.['kind']), containers, body };
}

const refused = { text: undefined, kinds: ['image_unverified'], containers: [] };
const verified = () => ({
  text: 'verified',
  kinds: [],
  containers: [{ Image: `${tag.replace(/:[^:]+$/, '')}@${digest}` }],
});

it('runs an image that a key has signed, by the digest that was signed, and none that it has not', async () => {
  const maker = keyPair();
  const key = await keyFile('maker.pub', maker);
  const unsigned = await answerOf({ key });
  expect(unsigned).toMatchObject(refused);
  expect(unsigned.body.error).toMatchObject({
    code: -32010,
    message: expect.stringContaining('no signature of its image verifies') as string,
    data: { kind: 'image_unverified' },
  });
  await registry.put(signatureTag(), signatures(signedByKey(simpleSigning(digest), maker.privateKey)));
  expect(await answerOf({ key })).toMatchObject(verified());
  expect(await answerOf({ key: await keyFile('stranger.pub', keyPair()) })).toMatchObject(refused);
});

it('does not run an image with the signature of another one', async () => {
  const maker = keyPair();
  const other = simpleSigning(`sha256:${'0'.repeat(64)}`);
  await registry.put(signatureTag(), signatures(signedByKey(other, maker.privateKey)));
  expect(await answerOf({ key: await keyFile('maker.pub', maker) })).toMatchObject(refused);
});

it.each(['layer', 'bundle'] as const)(
  'runs an image that an identity has signed, which a trust root vouches for, and no other: as a %s',
  async (form) => {
    const trusted = { trust_root: join(folder, 'trusted_root.json') };
    const { identity, issuer } = signer;
    if (form === 'layer')
      await registry.put(
        signatureTag(),
        signatures(await authority.layer(simpleSigning(digest), identity, issuer)),
      );
    else {
      const manifest = await (await fetch(manifestUrl(digest))).text();
      const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
      const subject = { mediaType, digest, size: manifest.length };
      const { artifact, index } = referring(
        subject,
        await authority.bundle(statement(digest), identity, issuer),
      );
      await registry.put(index.manifests[0]?.digest ?? '', artifact);
      await registry.put(digest.replace(':', '-'), { manifest: index, blobs: [] });
    }
    expect(await answerOf({ ...trusted, ...signer })).toMatchObject(verified());
    // The registry's words are no pattern.
    const almost = { ...signer, identity: identity.replace(/v1$/, 'v.') };
    expect(await answerOf({ ...trusted, ...almost })).toMatchObject(refused);
    expect(await answerOf({ ...trusted, ...signer, issuer: 'https://issuer.example' })).toMatchObject(
      refused,
    );
    const strangers = join(folder, 'strangers.json');
    await writeFile(strangers, (await SigningAuthority.create()).trustRoot);
    expect(await answerOf({ ...signer, trust_root: strangers })).toMatchObject(refused);
  },
);

function manifestUrl(reference: string): string {
  const [host, ...path] = registry.repository.split('/');
  return `http://${host}/v2/${path.join('/')}/manifests/${reference}`;
}
