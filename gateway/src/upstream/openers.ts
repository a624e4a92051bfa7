import type { Openers } from './pool/pool.ts';
import { openHttp } from './http/openHttp.ts';
import { createProcessOpener } from './process/openProcess.ts';

/** How this gateway reaches servers; one for the whole process, because one watchdog looks after all its children. */
export const openers: Openers = { process: createProcessOpener(), http: openHttp };
