import { resolve } from 'node:path';
import type { RegistryPath } from '../../yaml/problem.ts';
import type { ReadContext } from './readContext.ts';

/** The text of a PEM file that an entry names, relative to the registry's base; undefined, and a problem, where it cannot be read. */
export function pemText(file: string, at: RegistryPath, context: ReadContext): string | undefined {
  try {
    return (context.readPemFile ?? context.readTokenFile)(resolve(context.baseDir, file));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    context.findings.problem(
      at,
      `the file cannot be read (${code})`,
      'create it, readable for LMCP, or correct the path',
    );
    return undefined;
  }
}
