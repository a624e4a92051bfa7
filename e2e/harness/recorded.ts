import { readFile } from 'node:fs/promises';

/** The messages of that method that fixtures/recording-server.ts has received, as text. */
export async function recorded(file: string, method = 'tools/call'): Promise<string[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.includes(`"method":${JSON.stringify(method)}`));
}
