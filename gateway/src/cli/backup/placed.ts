import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../fs/durableFolder.ts';
import { findCheckpointVerifierKey } from '../../audit/checkpoint/checkpointKey.ts';
import { readVerifierKey } from '../../audit/checkpoint/signedNote.ts';
import { listSegments } from '../../audit/format/segmentNames.ts';
import { verifyLog } from '../../audit/verify/verifyLog.ts';
import { CommandFailure } from '../exitCodes.ts';
import { writeNew } from './writeNew.ts';

/** A file that is being written to its place. */
export interface Arriving {
  readonly place: string;
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

const waiting = '.lmcp-arriving';

/**
 * Writes files beside their places, mode 0600, and moves them there once all are on the disk: before that nothing has changed.
 * @throws CommandFailure where one of the places is taken
 */
export async function placed(files: AsyncIterable<Arriving>): Promise<readonly string[]> {
  const places: string[] = [];
  try {
    for await (const { place, content } of files) {
      if (existsSync(place)) throw new CommandFailure(`${place} is there already: nothing was written`);
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      places.push(place);
      await writeNew(place + waiting, content);
    }
    for (const place of places) {
      await rename(place + waiting, place);
    }
    for (const folder of new Set(places.map((place) => dirname(place)))) await syncFolder(folder);
    return places;
  } catch (error) {
    await Promise.all(places.map((place) => rm(place + waiting, { force: true })));
    throw error;
  }
}

/**
 * Checks that a log which was moved is whole, with the key that came with it.
 * @returns how much of it there is, for a person
 * @throws CommandFailure where it is not
 */
export async function wholeLog(auditLog: string, keyFolder: string): Promise<string> {
  if ((await listSegments(auditLog).catch(() => [])).length === 0) return 'there was no audit log';
  const own = await findCheckpointVerifierKey(keyFolder);
  const verifier = own === undefined ? undefined : readVerifierKey(own);
  const found = await verifyLog(auditLog, verifier === undefined ? {} : { verifiers: [verifier] });
  if (!found.ok)
    throw new CommandFailure(
      `the audit log ${auditLog} is not intact: lmcp audit verify says what is missing`,
    );
  return `the audit log is intact: ${found.lines} lines in ${found.segments} segments`;
}
