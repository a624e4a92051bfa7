import { z } from 'zod';
import {
  buildCommandContainer,
  buildImageServer,
  containerServerSchema,
  runsInContainer,
} from './containerServer.ts';
import { buildHttpServer, httpServerSchema } from './httpServer.ts';
import { buildProcessServer, processServerSchema } from './processServer.ts';
import type { ReadContext } from './readContext.ts';
import { isPlainObject } from './section.ts';
import { schemaWords } from './schemaWords.ts';
import type { Server, Settings } from '../types.ts';

/** One schema a kind of server; each kind has a file of its own. */
export const serverSchema = z.union([processServerSchema, containerServerSchema, httpServerSchema]);

const transportSchema = z.enum(['stdio', 'http', 'sse']);

/** A server of whichever kind its keys say; undefined where they don't say one. */
export function buildServer(
  id: string,
  raw: unknown,
  settings: Settings,
  context: ReadContext,
): Server | undefined {
  const path = ['servers', id];
  if (!isPlainObject(raw)) {
    context.findings.problem(
      path,
      'this must be a section with keys of its own',
      'indent transport and the rest below it',
      'key',
    );
    return undefined;
  }
  const transport = transportSchema.safeParse(raw.transport, { reportInput: true });
  if (!transport.success) {
    for (const issue of transport.error.issues) {
      context.findings.problem([...path, 'transport'], ...schemaWords(issue, transportSchema, ['transport']));
    }
    return undefined;
  }
  if (transport.data !== 'stdio') return buildHttpServer(id, raw, settings.loopbackOnly, context);
  if (Object.hasOwn(raw, 'image')) return buildImageServer(id, raw, context);
  return runsInContainer(raw, context)
    ? buildCommandContainer(id, raw, context)
    : buildProcessServer(id, raw, context);
}
