import { StringDecoder } from 'node:string_decoder';
import { Transform } from 'node:stream';

/** Characters of one line of an engine's stream; longer ones are left out. */
const maxLine = 64 * 1024;

/**
 * Maps each line of a stream of JSON objects, one a line, as the engine's events and pulls are.
 * @param map undefined leaves the line out
 * @param last a line to write at the end
 */
export function lineCut(map: (line: unknown) => unknown, last?: () => unknown): Transform {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isLeavingOut = false;
  const cut = (chunk: string): string => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    const kept = lines.filter((_line, at) => !(at === 0 && isLeavingOut));
    if (lines.length > 0) isLeavingOut = false;
    if (rest.length > maxLine) {
      rest = '';
      isLeavingOut = true;
    }
    return kept.map((line) => written(mapped(line, map))).join('');
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, cut(decoder.write(chunk)));
    },
    flush(done) {
      done(null, cut(`${decoder.end()}\n`) + written(last?.()));
    },
  });
}

function mapped(line: string, map: (line: unknown) => unknown): unknown {
  if (line.trim() === '') return undefined;
  try {
    return map(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function written(value: unknown): string {
  return value === undefined ? '' : `${JSON.stringify(value)}\n`;
}
