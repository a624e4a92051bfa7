import { readFile } from 'node:fs/promises';

/** What somebody wants, and the tools that do it; several where servers offer the same. */
export interface Task {
  readonly tools: readonly string[];
  /** In plain words. */
  readonly task: string;
  /** Three further wordings. */
  readonly wordings: readonly string[];
  /** Kept for the final figure: nothing was tuned by it. */
  readonly kept: boolean;
}

/** @throws Error for a line that is none */
export function readTasks(text: string): Task[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return lines.map((line, n) => {
    const [tools = '', task = '', ...wordings] = line.split('|').map((part) => part.trim());
    if (wordings.length !== 3 || [tools, task, ...wordings].includes(''))
      throw new Error(`line ${n + 1} is no task: ${line}`);
    return { tools: tools.split(','), task, wordings, kept: n % 2 === 1 };
  });
}

export async function allTasks(): Promise<Task[]> {
  return readTasks(await readFile(new URL('tasks.txt', import.meta.url), 'utf8'));
}
