import { readFile } from 'node:fs/promises';
import { homeOf } from '../../connect/applications/onThisMachine.ts';
import type { Terminal } from '../output/terminal.ts';
import { recordedProgram, type Service, type ServiceMachine, type ServiceProgram } from './service.ts';

/** This machine, for its service. */
export function thisMachine({ env }: Pick<Terminal, 'env'>): ServiceMachine {
  return {
    platform: process.platform,
    home: homeOf(env),
    uid: process.getuid?.() ?? 0,
    env,
  };
}

/** What the installed service starts; undefined where none is installed. */
export async function installedProgram({
  file,
  encoding,
}: Pick<Service, 'file' | 'encoding'>): Promise<ServiceProgram | undefined> {
  const text = await readFile(file, encoding).catch(() => undefined);
  return text === undefined ? undefined : recordedProgram(text);
}
