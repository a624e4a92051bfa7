import type { Terminal } from './terminal.ts';

/** Results for scripts: indented JSON on stdout. */
export function printJson({ out }: Pick<Terminal, 'out'>, value: unknown): void {
  out(`${JSON.stringify(value, null, 2)}\n`);
}
