import type { ServerLogLine } from 'lmcp-gateway/src/api/server/serverLogs.ts';
import { isHidden } from '../text/hostileText.ts';
import { exactTime } from '../text/formatTime.ts';

/** A part of a line that fits the width: all rows have one height, so that only those in view need to be drawn. */
export interface LogRow {
  readonly key: string;
  readonly line: ServerLogLine;
  readonly text: string;
  /** The line begins here. */
  readonly first: boolean;
}

export type LogStreams = 'all' | ServerLogLine['stream'];

// Colours alone (ECMA-48, SGR): every other control character is shown.
// eslint-disable-next-line no-control-regex -- terminals are told colours by one
const colour = /\u001B\[[0-9;]*m/g;
const wide =
  /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|\p{Extended_Pictographic}/u;
const columnsOfStream = 'stdout '.length;
/** As `U+10FFFF` with its frame. */
const columnsOfHidden = 10;

/** A line as it is shown: without colours, and with spaces for tabs. */
export function shownText(text: string): string {
  return text.replace(colour, '').replaceAll('\t', '    ').trimEnd();
}

/** The lines of these streams that have this text in them, in whatever case. */
export function matchingLines(
  lines: readonly ServerLogLine[],
  streams: LogStreams,
  search: string,
): readonly ServerLogLine[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === '' && streams === 'all') return lines;
  return lines.filter(
    ({ stream, text }) =>
      (streams === 'all' || stream === streams) && shownText(text).toLowerCase().includes(wanted),
  );
}

/** Splits lines into rows of at most this number of columns. The name of an output other than stderr takes some of them. */
export function wrapLines(lines: readonly ServerLogLine[], columns: number): LogRow[] {
  return lines.flatMap((line) =>
    partsOf(
      `${shownText(line.text)}${line.cut ? '…' : ''}`,
      Math.max(columns, 16) - (line.stream === 'stderr' ? 0 : columnsOfStream),
    ).map((text, part) => ({
      key: `${String(line.number)}.${String(part)}`,
      line,
      text,
      first: part === 0,
    })),
  );
}

/** The lines as a text file has them: time, stream, instance and client, text. */
export function logFile(lines: readonly ServerLogLine[]): string {
  return lines
    .map(({ at, stream, instance, client_id: client, text, cut }) => {
      const who = client === null ? `#${String(instance)}` : `#${String(instance)} ${client}`;
      return `${exactTime(at)} ${stream} ${who}: ${text}${cut ? '…' : ''}\n`;
    })
    .join('');
}

function partsOf(text: string, columns: number): string[] {
  // The usual line fits.
  if (text.length <= columns && plain.test(text)) return [text];
  const parts: string[] = [];
  let part = '';
  let taken = 0;
  for (const character of text) {
    const width = isHidden(character) ? columnsOfHidden : wide.test(character) ? 2 : 1;
    if (taken + width > columns && part !== '') {
      parts.push(part);
      [part, taken] = ['', 0];
    }
    part += character;
    taken += width;
  }
  return [...parts, part];
}

const plain = /^[\x20-\x7E]*$/;
