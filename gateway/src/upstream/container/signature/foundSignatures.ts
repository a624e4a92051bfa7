import type { Bundle } from '@sigstore/bundle';
import { createHash } from 'node:crypto';
import { isRecord } from '../../../json/isRecord.ts';
import type { RegistryClient } from './registryClient.ts';

/** A signature found beside an image, not verified yet. */
export interface FoundSignature {
  readonly bundle: Bundle;
  /** The signed bytes, if the bundle does not contain them. */
  readonly signed?: Buffer;
  /** The digest of the signed image, if it verifies; undefined if it signs something else. */
  readonly imageDigest: string | undefined;
}

/** Anyone with write access to the repository can add signatures. */
const maxSignatures = 32;
const simpleSigning = 'application/vnd.dev.cosign.simplesigning.v1+json';
const bundleType = 'application/vnd.dev.sigstore.bundle';
const statementType = 'application/vnd.in-toto+json';
const signature = 'https://sigstore.dev/cosign/sign/v1';

/** As stored by cosign: layers of the tag `sha256-….sig`, and bundles of manifests that refer to the image. */
export async function foundSignatures(client: RegistryClient, digest: string): Promise<FoundSignature[]> {
  const tagged = await client.manifest(`${digest.replace(':', '-')}.sig`);
  const simple = records(tagged, 'layers').filter(({ mediaType }) => mediaType === simpleSigning);
  const referring = records(await client.referrers(digest), 'manifests').filter(({ artifactType }) =>
    text(artifactType).startsWith(bundleType),
  );
  const reading = [
    ...simple.map((layer) => () => ofLayer(client, layer)),
    ...referring.map(
      ({ digest: manifest }) =>
        () =>
          ofManifest(client, text(manifest)),
    ),
  ];
  const found: FoundSignature[] = [];
  for (const read of reading.slice(0, maxSignatures)) {
    const one = await read();
    if (one !== undefined) found.push(one);
  }
  return found;
}

/** cosign's SIGNATURE_SPEC: the layer is the signed payload, its annotations contain the signature and its proofs. */
async function ofLayer(
  client: RegistryClient,
  { digest, annotations }: Members,
): Promise<FoundSignature | undefined> {
  const { toMessageSignatureBundle } = await import('@sigstore/bundle');
  const noted = members(annotations);
  const signed = await client.blob(text(digest));
  const certificate = text(noted['dev.sigstore.cosign/certificate']);
  const bundle = toMessageSignatureBundle({
    digest: createHash('sha256').update(signed).digest(),
    signature: Buffer.from(text(noted['dev.cosignproject.cosign/signature']), 'base64'),
    ...(certificate !== '' && { certificate: derOf(certificate), certificateChain: true }),
  });
  const entry = logEntry(text(noted['dev.sigstore.cosign/bundle']));
  if (entry !== undefined) bundle.verificationMaterial.tlogEntries.push(entry);
  const { critical } = members(parsed(signed));
  const { type, image } = members(critical);
  const isSignature = type === 'cosign container image signature';
  return {
    bundle,
    signed,
    imageDigest: isSignature ? text(members(image)['docker-manifest-digest']) : undefined,
  };
}

type LogEntry = Bundle['verificationMaterial']['tlogEntries'][number];

/** An entry of the transparency log in cosign's form, with Rekor's promise of inclusion. */
function logEntry(json: string): LogEntry | undefined {
  if (json === '') return undefined;
  const { SignedEntryTimestamp: promise, Payload } = members(JSON.parse(json));
  const { body, integratedTime, logIndex, logID } = members(Payload);
  const canonicalizedBody = Buffer.from(text(body), 'base64');
  const { kind, apiVersion } = members(parsed(canonicalizedBody));
  return {
    logIndex: String(logIndex),
    logId: { keyId: Buffer.from(text(logID), 'hex') },
    kindVersion: { kind: text(kind), version: text(apiVersion) },
    integratedTime: String(integratedTime),
    inclusionPromise: { signedEntryTimestamp: Buffer.from(text(promise), 'base64') },
    inclusionProof: undefined,
    canonicalizedBody,
  };
}

/** Sigstore's bundle: an in-toto statement about the image, signed as an envelope. */
async function ofManifest(client: RegistryClient, reference: string): Promise<FoundSignature | undefined> {
  const [layer] = records(await client.manifest(reference), 'layers');
  if (layer === undefined) return undefined;
  const { bundleFromJSON } = await import('@sigstore/bundle');
  const bundle = bundleFromJSON(parsed(await client.blob(text(layer['digest']))));
  if (bundle.content.$case !== 'dsseEnvelope') return undefined;
  const { payload, payloadType } = bundle.content.dsseEnvelope;
  const statement = payloadType === statementType ? parsed(payload) : undefined;
  const isSignature = members(statement)['predicateType'] === signature;
  const [subject] = records(statement, 'subject');
  const sha256 = text(members(subject?.['digest'])['sha256']);
  return { bundle, imageDigest: isSignature && sha256 !== '' ? `sha256:${sha256}` : undefined };
}

type Members = Readonly<Record<string, unknown>>;

const members = (value: unknown): Members => (isRecord(value) ? value : {});
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const parsed = (json: Buffer): unknown => JSON.parse(json.toString('utf8'));
const derOf = (pem: string): Buffer => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64');

function records(value: unknown, key: string): Members[] {
  const list = members(value)[key];
  return Array.isArray(list) ? list.filter(isRecord) : [];
}
