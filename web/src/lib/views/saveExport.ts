import type { AuditQuery } from 'lmcp-gateway/src/api/audit.ts';
import type { Failure } from '#lib/api/request.ts';
import { session } from '#lib/state/session.svelte.ts';
import { saveFile } from './saveFile.ts';

/**
 * Saves the matching lines as a file. A plain link could not send the management token, so they are read into a Blob first,
 * which browsers keep on disk when it is large; nothing is saved before its end has come.
 */
export async function saveExport(query: AuditQuery, format: 'ndjson' | 'csv'): Promise<Failure | null> {
  const response = await session.routes?.exportAudit(query, format);
  if (response === undefined) return null;
  if (!(response instanceof Response)) return response;
  let content: Blob;
  try {
    content = await response.blob();
  } catch {
    return {
      ok: false,
      error: 'offline',
      message:
        'The export failed before it was complete, and nothing was saved. Retry, or use “lmcp audit export”.',
      status: 0,
      details: null,
    };
  }
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  saveFile(content, `lmcp-audit-${stamp}.${format}`);
  return null;
}
