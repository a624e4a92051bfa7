import type { AuditLogFacts } from '../../api/settings/settings.ts';
import { listSegments, segmentSizes } from '../../audit/format/segmentNames.ts';
import { firstInstant } from '../../audit/read/search.ts';

/** How large the log is and what is left of its disk. @throws the file system's error */
export async function logFacts(
  path: string,
  room: { readonly size: number; readonly free: number },
): Promise<AuditLogFacts> {
  const segments = await listSegments(path);
  const [sizes, first] = await Promise.all([segmentSizes(segments), firstInstant(path)]);
  return {
    path,
    segments: segments.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
    first_at: first === null ? null : Date.parse(first),
    disk_bytes: room.size,
    disk_free_bytes: room.free,
  };
}
