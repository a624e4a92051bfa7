import type { Described } from '../../../catalog/memory/remembered.ts';
import { isObject, own } from '../../jsonrpc/message.ts';
import { firstSentence } from '../../../search/firstSentence.ts';
import { shortened } from './shortened.ts';

/** UTF-8 bytes of the whole, and characters of what one server is for. */
const maxBytes = 2_048;
const maxOfOne = 120;

export interface MappedServer {
  readonly id: string;
  readonly tools: number;
  readonly described: Described | undefined;
}

/** Which servers there are and what for, for the description of a tool: as many of the largest as fit. */
export function serverMap(servers: readonly MappedServer[]): string {
  const lines: string[] = [];
  let room = maxBytes;
  const sorted = [...servers].sort((a, b) => b.tools - a.tools);
  for (const [at, { id, tools, described }] of sorted.entries()) {
    const what = purposeOf(described);
    const line = `- ${id} (${tools} tools)${what === '' ? '' : `: ${what}`}`;
    const left = sorted.length - at;
    const more = `- and ${left} more`;
    if (Buffer.byteLength(line) + 1 > room - more.length - 1 && left > 0) {
      lines.push(more);
      break;
    }
    room -= Buffer.byteLength(line) + 1;
    lines.push(line);
  }
  return lines.join('\n');
}

/** What a server says of itself in a sentence: its description or title, else how its instructions begin. */
function purposeOf(described: Described | undefined): string {
  const result = described?.initializeResult ?? {};
  const info = own(result, 'serverInfo');
  const said = isObject(info) ? [own(info, 'description'), own(info, 'title')] : [];
  const text = [...said, own(result, 'instructions')].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  );
  const line = typeof text === 'string' ? text.trim().replace(/\s+/g, ' ') : '';
  return shortened(firstSentence(line), maxOfOne);
}
