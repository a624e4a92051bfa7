import { createPublicKey } from 'node:crypto';
import type { ContainerProblem } from './problem.ts';
import type { ImageSignature } from '../types.ts';

type Written = Readonly<Record<string, unknown>>;
type Read = (path: string) => string;

const bothWays = 'write cosign: { key: FILE }, or cosign: with trust_root, identity and issuer';

/**
 * Whose signature an image must have (`verify` and `cosign` of an entry); undefined where none is asked for.
 * @param readFile gives a file's content by its path as written; throws where it can't be read
 */
export function imageSignature(
  { verify, cosign }: Written,
  readFile: Read,
): { readonly signature?: ImageSignature; readonly problems: readonly ContainerProblem[] } {
  if (verify === undefined && cosign === undefined) return { problems: [] };
  if (verify === undefined)
    return problem(['cosign'], 'cosign has no effect without verify: cosign', 'add verify: cosign');
  if (verify !== 'cosign')
    return problem(['verify'], 'verify names no supported kind of signature', 'write verify: cosign');
  const { key, trust_root: trustRoot, identity, issuer } = (cosign ?? {}) as Written;
  const keyless = [trustRoot, identity, issuer];
  if (key !== undefined && keyless.every((value) => value === undefined)) return byKey(text(key), readFile);
  if (key === undefined && keyless.every((value) => text(value) !== ''))
    return byIdentity(text(trustRoot), { identity: text(identity), issuer: text(issuer) }, readFile);
  return problem(['cosign'], 'verify: cosign does not say whose signature counts', bothWays);
}

function byKey(path: string, readFile: Read): ReturnType<typeof imageSignature> {
  const at = ['cosign', 'key'];
  const key = contentOf(path, readFile);
  if ('code' in key) return unreadable(at, key.code);
  const fix = 'name the file with the public key, cosign.pub: ECDSA or RSA, as PEM';
  if (key.content.includes('PRIVATE KEY')) return problem(at, 'the file holds a private key', fix);
  return kindOfKey(key.content) === undefined
    ? problem(at, 'the file holds no public key that signs images', fix)
    : { signature: { kind: 'key', key: key.content }, problems: [] };
}

function kindOfKey(pem: string): 'ec' | 'rsa' | undefined {
  try {
    const { asymmetricKeyType: type } = createPublicKey(pem);
    return type === 'ec' || type === 'rsa' ? type : undefined;
  } catch {
    return undefined;
  }
}

function byIdentity(
  path: string,
  signer: { readonly identity: string; readonly issuer: string },
  readFile: Read,
): ReturnType<typeof imageSignature> {
  const at = ['cosign', 'trust_root'];
  const root = contentOf(path, readFile);
  if ('code' in root) return unreadable(at, root.code);
  if (isTrustRoot(root.content))
    return { signature: { kind: 'identity', trustRoot: root.content, ...signer }, problems: [] };
  const fix = 'name a trusted_root.json of Sigstore, as cosign trusted-root create writes it';
  return problem(at, 'the file is not a trust root', fix);
}

function isTrustRoot(json: string): boolean {
  try {
    const { mediaType } = JSON.parse(json) as { mediaType?: unknown };
    return typeof mediaType === 'string' && mediaType.startsWith('application/vnd.dev.sigstore.trustedroot');
  } catch {
    return false;
  }
}

function contentOf(path: string, readFile: Read): { readonly content: string } | { readonly code: string } {
  try {
    return { content: readFile(path) };
  } catch (error) {
    return { code: (error as NodeJS.ErrnoException).code ?? 'unreadable' };
  }
}

function unreadable(at: readonly string[], code: string): ReturnType<typeof imageSignature> {
  return problem(
    at,
    `the file cannot be read (${code})`,
    'create it, readable for LMCP, or correct the path',
  );
}

function problem(
  at: readonly string[],
  message: string,
  fix: string,
): { readonly problems: readonly ContainerProblem[] } {
  return { problems: [{ at, message, fix }] };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
