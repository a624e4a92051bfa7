import { repeatCount } from 'lmcp-gateway/src/audit/repeats/repeatCount.ts';
import type { AuditLine } from 'lmcp-gateway/src/audit/types.ts';
import type { ActivityBucket } from 'lmcp-gateway/src/api/audit.ts';
import { isFailedCall, denyingCheck } from './lineText.ts';

const bucketMs = 60_000;

/**
 * Decisions a minute out of the events that the browser holds: what the read-only mode can know. Buckets start with the
 * oldest line held, `minutes` ago at the earliest.
 */
export function countActivity(lines: readonly AuditLine[], minutes: number, now: number): ActivityBucket[] {
  const oldest = Date.parse(lines.at(-1)?.ts ?? '');
  if (Number.isNaN(oldest)) return [];
  const last = Math.floor(now / bucketMs);
  const first = Math.max(Math.floor(oldest / bucketMs), last - minutes + 1);
  const buckets = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({
    start_at: (first + index) * bucketMs,
    calls: 0,
    refused: 0,
    failed: 0,
  }));
  for (const line of lines) {
    const bucket = buckets[Math.floor(Date.parse(line.ts) / bucketMs) - first];
    if (bucket === undefined) continue;
    if (denyingCheck(line) !== null) bucket.refused += repeatCount(line);
    else if (line.event === 'tool_authz') bucket.calls += 1;
    else if (isFailedCall(line)) bucket.failed += 1;
  }
  return buckets;
}
