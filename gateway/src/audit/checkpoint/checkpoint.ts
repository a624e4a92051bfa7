import type { Tip } from '../format/chain.ts';
import { splitNote, type NoteSigner } from './signedNote.ts';

/** At most this many lines are between two checkpoints. */
export const CHECKPOINT_LINES = 1_000;
/** After this long, in milliseconds, what was written since the last checkpoint gets one. */
export const CHECKPOINT_MS = 5 * 60_000;

/** What a checkpoint says: up to this line, the log of this origin is the one with this hash. */
export interface Checkpoint extends Tip {
  readonly origin: string;
}

/**
 * The signed note for a place in the chain. Its text has the lines of a C2SP tlog-checkpoint: origin, number of lines, and the
 * hash in base64, here that of the last of these lines instead of the root of a tree.
 */
export function signCheckpoint(signer: NoteSigner, tip: Tip): string {
  return signer.sign(`${signer.name}\n${tip.seq}\n${Buffer.from(tip.hash, 'hex').toString('base64')}\n`);
}

/** What a signed note says as a checkpoint, independent of its signer; undefined when it is none. */
export function readCheckpoint(note: string): Checkpoint | undefined {
  const text = splitNote(note)?.text;
  const [, origin = '', seq = '', encoded = ''] =
    /^([^\s+]+)\n([1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n$/.exec(text ?? '') ?? [];
  if (origin === '' || !Number.isSafeInteger(Number(seq))) return undefined;
  return { origin, seq: Number(seq), hash: Buffer.from(encoded, 'base64').toString('hex') };
}
