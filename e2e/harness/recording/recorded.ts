import { readFile } from 'node:fs/promises';

export interface Recorded {
  /** When it came, in ms of the epoch. */
  readonly at: number;
  /** The message as it came. */
  readonly text: string;
}

/** The messages of that method that fixtures/recording-server.ts has received. */
export async function recordedMessages(file: string, method: string): Promise<Recorded[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes(`"method":${JSON.stringify(method)}`))
    .map((line) => {
      const space = line.indexOf(' ');
      return { at: Number(line.slice(0, space)), text: line.slice(space + 1) };
    });
}

export async function recorded(file: string, method = 'tools/call'): Promise<string[]> {
  return (await recordedMessages(file, method)).map(({ text }) => text);
}
