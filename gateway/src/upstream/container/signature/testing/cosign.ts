import { createHash, sign, type KeyObject } from 'node:crypto';

/** For tests: what cosign puts beside an image in its registry. */

/** A manifest and the blobs that it names. */
export interface Artifact {
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly blobs: readonly Buffer[];
}

export const digestOf = (content: Buffer | string): string =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

/** What is signed of an image (cosign's SIGNATURE_SPEC, "Payloads"). */
export function simpleSigning(imageDigest: string, type = 'cosign container image signature'): Buffer {
  const identity = { 'docker-reference': 'registry.example/servers/fixture' };
  const image = { 'docker-manifest-digest': imageDigest };
  return Buffer.from(JSON.stringify({ critical: { identity, image, type }, optional: null }));
}

/** The manifest of the tag `sha256-….sig`, a layer for each signature. */
export function signatures(
  ...layers: readonly { readonly payload: Buffer; readonly annotations: Readonly<Record<string, string>> }[]
): Artifact {
  const config = Buffer.from('{}');
  return {
    blobs: [config, ...layers.map(({ payload }) => payload)],
    manifest: {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...described(config) },
      layers: layers.map(({ payload, annotations }) => ({
        mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
        ...described(payload),
        annotations,
      })),
    },
  };
}

/** A layer that a private key signs. */
export function signedByKey(payload: Buffer, key: KeyObject) {
  const signature = sign('sha256', payload, key).toString('base64');
  return { payload, annotations: { 'dev.cosignproject.cosign/signature': signature } };
}

/** What is signed of an image in Sigstore's bundles: an in-toto statement. */
export function statement(
  imageDigest: string,
  predicateType = 'https://sigstore.dev/cosign/sign/v1',
): Buffer {
  const subject = [{ name: '', digest: { sha256: imageDigest.replace('sha256:', '') } }];
  const _type = 'https://in-toto.io/Statement/v1';
  return Buffer.from(JSON.stringify({ _type, subject, predicateType, predicate: {} }));
}

/** The bytes that the signature of an envelope is about (DSSE 1.0, PAE). */
export function envelopeBytes(payload: Buffer): Buffer {
  const type = 'application/vnd.in-toto+json';
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);
}

/** A bundle (version 0.3) with a signed statement and what vouches for its signer. */
export function bundleOf(
  payload: Buffer,
  signature: Buffer,
  verificationMaterial: Readonly<Record<string, unknown>> = { publicKey: { hint: '' } },
): Buffer {
  const dsseEnvelope = {
    payload: payload.toString('base64'),
    payloadType: 'application/vnd.in-toto+json',
    signatures: [{ sig: signature.toString('base64') }],
  };
  const mediaType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  return Buffer.from(JSON.stringify({ mediaType, verificationMaterial, dsseEnvelope }));
}

/** The manifest that refers to an image and holds a bundle, and the index that lists it under the tag `sha256-…`. */
export function referring(subject: Readonly<Record<string, unknown>>, bundle: Buffer) {
  const artifactType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
  const config = Buffer.from('{}');
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    artifactType,
    config: { mediaType: 'application/vnd.oci.empty.v1+json', ...described(config) },
    layers: [{ mediaType: artifactType, ...described(bundle) }],
    subject,
  };
  const written = Buffer.from(JSON.stringify(manifest));
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ mediaType, artifactType, ...described(written) }],
  };
  return { artifact: { manifest, blobs: [config, bundle] } satisfies Artifact, index };
}

const described = (content: Buffer) => ({ digest: digestOf(content), size: content.length });
