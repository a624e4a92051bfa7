import { createPrivateKey, createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';

/** Ed25519 in a signed note and in a verifier key (C2SP signed-note, "Signature types"). */
const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
/** RFC 8410: what precedes the 32 bytes of a private and of a public key in DER. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');
const signatureLine = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

/** Signs notes (C2SP signed-note) with one Ed25519 key. */
export interface NoteSigner {
  /** The name of the key, which every note of it begins with. */
  readonly name: string;
  /** What others need to check its notes: `<name>+<id>+<key>`. */
  readonly verifierKey: string;
  /** @param text lines, the last one ended by a newline */
  sign(text: string): string;
}

/** Checks notes of one key. */
export interface NoteVerifier {
  readonly name: string;
  readonly id: Buffer;
  readonly key: KeyObject;
}

/** The signer that 32 bytes of seed stand for; its name is made from its public key. */
export function noteSigner(seed: Uint8Array): NoteSigner {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, seed]), format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  const raw = spki.subarray(-KEY_BYTES);
  const name = `lmcp-audit-${hash('sha256', raw, 'hex').slice(0, 12)}`;
  const id = keyId(name, raw);
  return {
    name,
    verifierKey: `${name}+${id.toString('hex')}+${Buffer.concat([Buffer.from([ED25519]), raw]).toString('base64')}`,
    sign: (text) => {
      const signature = sign(null, Buffer.from(text), key);
      return `${text}\n— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
    },
  };
}

/** Reads a verifier key as {@link NoteSigner.verifierKey} writes it; undefined for anything else. */
export function readVerifierKey(text: string): NoteVerifier | undefined {
  const [, name = '', id = '', encoded = ''] =
    /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== KEY_BYTES + 1 || bytes[0] !== ED25519) return undefined;
  const raw = bytes.subarray(1);
  const known = keyId(name, raw);
  if (known.toString('hex') !== id) return undefined;
  const key = createPublicKey({ key: Buffer.concat([SPKI_HEAD, raw]), format: 'der', type: 'spki' });
  return { name, id: known, key };
}

/** The text of a note that one of the keys has signed; undefined when none has, or when it is not a signed note. */
export function openNote(note: string, verifiers: readonly NoteVerifier[]): string | undefined {
  const parts = splitNote(note);
  if (parts === undefined) return undefined;
  const signedBy = (verifier: NoteVerifier): boolean =>
    parts.signatures.some(
      ({ name, bytes }) =>
        name === verifier.name &&
        bytes.length === verifier.id.length + SIGNATURE_BYTES &&
        bytes.subarray(0, verifier.id.length).equals(verifier.id) &&
        verify(null, Buffer.from(parts.text), verifier.key, bytes.subarray(verifier.id.length)),
    );
  return verifiers.some(signedBy) ? parts.text : undefined;
}

interface NoteParts {
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly bytes: Buffer }[];
}

/** Takes a note apart at its last empty line, without checking any signature; undefined when it is not a signed note. */
export function splitNote(note: string): NoteParts | undefined {
  const at = note.lastIndexOf('\n\n');
  if (at < 0 || !note.endsWith('\n') || note !== note.toWellFormed()) return undefined;
  const matches = note
    .slice(at + 2, -1)
    .split('\n')
    .map((line) => signatureLine.exec(line));
  const signatures = matches.flatMap((match) =>
    match === null ? [] : [{ name: match[1] ?? '', bytes: Buffer.from(match[2] ?? '', 'base64') }],
  );
  return signatures.length === matches.length ? { text: note.slice(0, at + 1), signatures } : undefined;
}

/** The first four bytes of SHA-256 over name, newline, type and key (C2SP signed-note, "Signatures"). */
function keyId(name: string, raw: Uint8Array): Buffer {
  return Buffer.from(
    hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ED25519]), raw]), 'hex').slice(0, 8),
    'hex',
  );
}
