import type { Described } from '../../../catalog/memory/remembered.ts';
import { isObject, own } from '../../jsonrpc/message.ts';
import { firstSentence } from '../../../search/firstSentence.ts';
import { shortened } from './shortened.ts';

/** UTF-8 bytes of the whole text, and characters of one server's description. */
const maxBytes = 2_048;
const maxOfOne = 120;

export interface MappedServer {
  readonly id: string;
  readonly tools: number;
  readonly described: Described | undefined;
}

/** Lists servers with their purpose, for the description of a tool: as many of the largest servers as fit. */
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

/** One sentence about a server: its description or title, otherwise the start of its instructions. */
function purposeOf(described: Described | undefined): string {
  const result = described?.initializeResult ?? {};
  const info = own(result, 'serverInfo');
  const texts = isObject(info) ? [own(info, 'description'), own(info, 'title')] : [];
  const text = [...texts, own(result, 'instructions')].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  );
  const line = typeof text === 'string' ? text.trim().replace(/\s+/g, ' ') : '';
  return shortened(firstSentence(line), maxOfOne);
}
