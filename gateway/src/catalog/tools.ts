import { UpstreamError } from '../errors.ts';
import type { Instance, UpstreamAnswer } from '../upstream/types.ts';

/** A tool as its server describes it: `name` is checked, all else is passed on as it came. */
export type Tool = Readonly<Record<string, unknown>> & { readonly name: string };

const maxPages = 100;
const maxTools = 10_000;

/** Sends one `tools/list` request, with whatever retries the caller's registry asks for. */
export type ListPage = (cursor: string | undefined) => Promise<UpstreamAnswer>;

/**
 * Walks all pages of a server's `tools/list` (MCP 2025-11-25, server/utilities/pagination).
 * @throws UpstreamError of kind `protocol` for an answer that is no tool list, an endless cursor, or too many tools
 */
export async function readAllTools(page: ListPage): Promise<Tool[]> {
  const tools = new Map<string, Tool>();
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const { found, next } = readPage(await page(cursor));
    for (const tool of found) if (!tools.has(tool.name)) tools.set(tool.name, tool);
    if (tools.size > maxTools) throw badList(`more than ${maxTools} tools`);
    if (next === undefined) return [...tools.values()];
    if (seen.has(next)) throw badList('the same cursor twice');
    seen.add(next);
    cursor = next;
  }
  throw badList(`more than ${maxPages} pages`);
}

function readPage(answer: UpstreamAnswer): { found: Tool[]; next: string | undefined } {
  if ('error' in answer) throw badList(`error ${answer.error.code}`);
  if (!isRecord(answer.result) || !Array.isArray(answer.result['tools'])) throw badList('no list of tools');
  const { nextCursor } = answer.result;
  if (nextCursor !== undefined && nextCursor !== null && typeof nextCursor !== 'string') {
    throw badList('a cursor that is no string');
  }
  return { found: answer.result['tools'].filter(isTool), next: nextCursor ?? undefined };
}

function isTool(value: unknown): value is Tool {
  return isRecord(value) && typeof value['name'] === 'string' && value['name'] !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badList(what: string): UpstreamError {
  return new UpstreamError('protocol', `the server answered tools/list with ${what}`);
}

/** True where a server offers tools at all: one without the capability is not asked. */
export function offersTools(instance: Instance): boolean {
  const { capabilities } = instance.initializeResult;
  return isRecord(capabilities) && isRecord(capabilities['tools']);
}
