import { createHash, generateKeyPairSync, sign, type KeyPairKeyObjectResult } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog } from '@sigstore/mock';
import { bundleOf, envelopeBytes } from '../../../gateway/src/upstream/container/signature/testing/cosign.ts';

const log = 'https://rekor.example';
/** Fulcio's extension for the issuer that identified the signer (1.3.6.1.4.1.57264.1.8). */
const issuerExtension = '1.3.6.1.4.1.57264.1.8';

type Authority = Awaited<ReturnType<typeof initializeCA>>;
type Log = Awaited<ReturnType<typeof initializeTLog>>;

/** Sigstore's authority and logs, of this test alone: what signs without a key that anybody keeps. */
export class SigningAuthority {
  /** A `trusted_root.json` that names them. */
  readonly trustRoot: string;
  readonly #ca: Authority;
  readonly #log: Log;

  private constructor(ca: Authority, tlog: Log, trustRoot: string) {
    this.#ca = ca;
    this.#log = tlog;
    this.trustRoot = trustRoot;
  }

  static async create(): Promise<SigningAuthority> {
    const ctLog = await initializeCTLog(keyPair('P-256'));
    const ca = await initializeCA(keyPair('P-384'), ctLog);
    const tlog = await initializeTLog(log, keyPair('P-256'));
    const validFor = { start: new Date(0).toISOString() };
    const logged = (publicKey: Buffer, baseUrl: string) => ({
      baseUrl,
      hashAlgorithm: 'SHA2_256',
      publicKey: {
        rawBytes: publicKey.toString('base64'),
        keyDetails: 'PKIX_ECDSA_P256_SHA_256',
        validFor,
      },
      logId: { keyId: createHash('sha256').update(publicKey).digest('base64') },
    });
    const trustRoot = {
      mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
      tlogs: [logged(tlog.publicKey, log)],
      certificateAuthorities: [
        {
          subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
          uri: 'https://fulcio.example',
          certChain: { certificates: [{ rawBytes: base64(ca.rootCertificate) }] },
          validFor,
        },
      ],
      ctlogs: [logged(ctLog.publicKey, 'https://ctlog.example')],
      timestampAuthorities: [],
    };
    return new SigningAuthority(ca, tlog, JSON.stringify(trustRoot));
  }

  /** As cosign notes a signature without a key at a layer. */
  async layer(payload: Buffer, identity: string, issuer: string) {
    const { pair, certificate } = await this.#certified(identity, issuer);
    const signature = sign('sha256', payload, pair.privateKey).toString('base64');
    const pem = `-----BEGIN CERTIFICATE-----\n${base64(certificate)}\n-----END CERTIFICATE-----\n`;
    const entry = await this.#logged({
      apiVersion: '0.0.1',
      kind: 'hashedrekord',
      spec: {
        data: { hash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') } },
        signature: { content: signature, publicKey: { content: Buffer.from(pem).toString('base64') } },
      },
    });
    const { body, integratedTime, logIndex, logID, verification } = entry;
    const bundle = {
      SignedEntryTimestamp: verification?.signedEntryTimestamp,
      Payload: { body, integratedTime, logIndex, logID },
    };
    return {
      payload,
      annotations: {
        'dev.cosignproject.cosign/signature': signature,
        'dev.sigstore.cosign/certificate': pem,
        'dev.sigstore.cosign/bundle': JSON.stringify(bundle),
      },
    };
  }

  /** As a bundle with a signed statement. */
  async bundle(payload: Buffer, identity: string, issuer: string): Promise<Buffer> {
    const { pair, certificate } = await this.#certified(identity, issuer);
    const signature = sign('sha256', envelopeBytes(payload), pair.privateKey);
    const { body, integratedTime, logIndex, logID, verification } = await this.#logged({
      apiVersion: '0.0.1',
      kind: 'dsse',
      spec: {
        payloadHash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') },
        signatures: [{ signature: signature.toString('base64'), verifier: base64(certificate) }],
      },
    });
    const { inclusionProof: proof, signedEntryTimestamp } = verification ?? {};
    return bundleOf(payload, signature, {
      certificate: { rawBytes: base64(certificate) },
      tlogEntries: [
        {
          logIndex: String(logIndex),
          logId: { keyId: Buffer.from(logID, 'hex').toString('base64') },
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: String(integratedTime),
          inclusionPromise: { signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(proof?.logIndex),
            rootHash: Buffer.from(proof?.rootHash ?? '', 'hex').toString('base64'),
            treeSize: String(proof?.treeSize),
            hashes: [],
            checkpoint: { envelope: proof?.checkpoint },
          },
          canonicalizedBody: body,
        },
      ],
    });
  }

  async #certified(identity: string, issuer: string) {
    const pair = keyPair('P-256');
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' });
    const extensions = [{ oid: issuerExtension, value: issuer }];
    const certificate = await this.#ca.issueCertificate({ publicKey, subjectAltName: identity, extensions });
    return { pair, certificate };
  }

  async #logged(entry: object) {
    const logged: unknown = await this.#log.log(entry);
    const [taken] = Object.values(logged as Readonly<Record<string, LogEntry>>);
    if (taken === undefined) throw new Error('the log has taken no entry');
    return taken;
  }
}

/** Rekor's answer to a new entry. */
interface LogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logIndex: number;
  readonly logID: string;
  readonly verification?: {
    readonly signedEntryTimestamp?: string;
    readonly inclusionProof?: {
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
      readonly checkpoint: string;
    };
  };
}

const keyPair = (namedCurve: string): KeyPairKeyObjectResult => generateKeyPairSync('ec', { namedCurve });

function base64(bytes: ArrayBufferView<ArrayBuffer>): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
