import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noteSigner, openNote, readVerifierKey, type NoteVerifier } from './signedNote.ts';

const signer = noteSigner(Buffer.alloc(32, 7));
const verifier = (key: string): NoteVerifier => {
  const read = readVerifierKey(key);
  if (read === undefined) throw new Error('no verifier key');
  return read;
};
const own = verifier(signer.verifierKey);
const lines = fc
  .array(fc.string(), { minLength: 1, maxLength: 5 })
  .map((all) => `${all.join('\n').toWellFormed()}\n`);

describe('a signed note', () => {
  it('of another implementation is read (the example of golang.org/x/mod/sumdb/note)', () => {
    const key = verifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    expect(openNote(note, [key])).toBe(text);
    expect(openNote(note.replace('answer', 'Answer'), [key])).toBeUndefined();
    expect(openNote(note, [own])).toBeUndefined();
    expect(openNote(note, [own, key])).toBe(text);
  });

  it('gives its text back, whatever that is', () => {
    fc.assert(fc.property(lines, (text) => openNote(signer.sign(text), [own]) === text));
  });

  it('is rejected after any change of its text or of its signature', () => {
    const note = signer.sign('origin\n12\nhash\n');
    fc.assert(
      fc.property(
        fc.nat(note.length - 1),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 2 }),
        (at, put) => {
          const changed = note.slice(0, at) + put + note.slice(at + 1);
          fc.pre(changed !== note);
          const opened = openNote(changed, [own]);
          // Base64 has several spellings of its last character; the text must be the signed one in any case.
          expect([undefined, 'origin\n12\nhash\n']).toContain(opened);
          if (at < note.indexOf('\n\n')) expect(opened).toBeUndefined();
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('counts only under its own name and key id', () => {
    const note = signer.sign('text\n');
    expect(openNote(note, [{ ...own, name: 'other' }])).toBeUndefined();
    expect(openNote(note, [{ ...own, id: Buffer.alloc(4) }])).toBeUndefined();
    expect(openNote(note, [verifier(noteSigner(Buffer.alloc(32, 8)).verifierKey)])).toBeUndefined();
    expect(openNote(note, [])).toBeUndefined();
  });

  it('is never found in arbitrary text, and reading it never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => openNote(text, [own]) === undefined));
    fc.assert(fc.property(lines, (text) => openNote(`${text}\n— ${own.name} AAAA\n`, [own]) === undefined));
  });
});

describe('a verifier key', () => {
  it.each(['', 'a+b+c', signer.verifierKey.replace(/\+[0-9a-f]/, '+f'), `x${signer.verifierKey}`])(
    'that is damaged is rejected: %j',
    (key) => expect(readVerifierKey(key === signer.verifierKey ? '' : key)).toBeUndefined(),
  );

  it('may be in a file, with a newline behind it', () => {
    expect(readVerifierKey(`${signer.verifierKey}\n`)?.name).toBe(signer.name);
  });
});
