import { limitWarning, missingLimits } from '../src/upstream/container/runtime/capabilities.ts';
import { readLimits } from '../src/upstream/container/docker/engine/limits/readLimits.ts';
import { engineAnswers } from './engineAnswers.ts';
import { table } from './table.ts';

/** A row for each engine: what becomes of a server there, as the gateway concludes from what the engine answers. */
export async function enginesTable(): Promise<string> {
  const rows = engineAnswers.map(async ({ engine, seen, info, own }) => {
    const limits = await readLimits(info, () => Promise.resolve(own));
    const missing = missingLimits(limits);
    const { rootless, addsWritable } = limits;
    return [
      engine,
      missing === undefined ? 'started' : `denied: no limit of ${missing}`,
      missing === undefined ? (limitWarning(limits)?.replace(/^.* servers | \(.*$/g, '') ?? 'nothing') : '–',
      limits.egress ? 'held, in the stack' : 'denied',
      rootless ? '20000–59999' : '200000 and up',
      addsWritable ? 'closes `/run` and `/var/tmp`' : 'as it is',
      seen,
    ];
  });
  return table(
    [
      'engine',
      'a server is',
      'not held',
      '`egress:`',
      'users of their own',
      'a read-only root file system',
      'known from',
    ],
    await Promise.all(rows),
  );
}
