import { createParser } from 'eventsource-parser';
import type { EventData } from 'lmcp-gateway/src/api/events.ts';

/**
 * Takes the text of `/events` in any pieces and hands on the lines of each piece together, so that a replay of thousands
 * is drawn once. What is not an audit line is dropped.
 */
export function lineReader(onLines: (lines: readonly EventData[]) => void): (text: string) => void {
  let batch: EventData[] = [];
  const parser = createParser({
    onEvent: ({ data }) => {
      const line = parseLine(data);
      if (line !== null) batch.push(line);
    },
  });
  return (text) => {
    parser.feed(text);
    if (batch.length > 0) onLines(batch);
    batch = [];
  };
}

function parseLine(data: string): EventData | null {
  try {
    const value: unknown = JSON.parse(data);
    const isLine = typeof value === 'object' && value !== null && 'seq' in value && 'event' in value;
    return isLine && typeof value.seq === 'number' ? (value as unknown as EventData) : null;
  } catch {
    return null;
  }
}
