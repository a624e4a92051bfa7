import { parseLine } from '../format/chain.ts';
import { readLinesBackwards } from './readLines.ts';
import { listSegments } from '../format/segmentNames.ts';

/**
 * The signed note of a log's newest checkpoint, read from its end; undefined when it has none.
 * @throws the file system's error
 */
export async function newestCheckpoint(path: string): Promise<string | undefined> {
  for (const file of (await listSegments(path)).toReversed()) {
    for await (const raw of readLinesBackwards(file.path)) {
      if (!raw.terminated || !raw.bytes.includes('"audit_checkpoint"')) continue;
      const line = parseLine(raw.bytes);
      const note = line?.event === 'audit_checkpoint' ? line.detail?.['note'] : undefined;
      if (typeof note === 'string') return note;
    }
  }
  return undefined;
}
