import { isRecord } from '../../../json/isRecord.ts';
import { z } from 'zod';
import {
  buildCommandContainer,
  buildImageServer,
  containerServerSchema,
  runsInContainer,
} from './containerServer.ts';
import { buildHttpServer, httpServerSchema } from './httpServer.ts';
import { buildProcessServer, processServerSchema } from './processServer.ts';
import type { ReadContext } from '../read/readContext.ts';
import { issueMessage } from '../read/issueMessage.ts';
import type { Server, Settings } from '../../types.ts';
import { mergeKey } from '../../yaml/yamlSource.ts';

/** One schema a kind of server; each kind has a file of its own. */
export const serverSchema = z.union([processServerSchema, containerServerSchema, httpServerSchema]);

const transportSchema = z.enum(['stdio', 'http', 'sse']);

/** For `mcpServers` in the registry. */
export const pastedMessage = [
  "mcpServers is how other applications' configurations name their servers",
  'remove it and run `lmcp import <file>` with that configuration, or write its entries below servers:, each with its transport',
] as const;

/** Other applications do without the key. */
function transportMeant(raw: Readonly<Record<string, unknown>>): 'stdio' | 'http' | undefined {
  if (Object.hasOwn(raw, 'url')) return 'http';
  return Object.hasOwn(raw, 'command') || Object.hasOwn(raw, 'image') ? 'stdio' : undefined;
}

/** A server of whichever kind its keys say; undefined where they don't say one. */
export function buildServer(
  id: string,
  raw: unknown,
  settings: Settings,
  outer: ReadContext,
): Server | undefined {
  const context = { ...outer, references: new Set<string>() };
  const path = ['servers', id];
  if (!isRecord(raw)) {
    context.findings.problem(
      path,
      'this must be a section with keys of its own',
      'indent transport and the rest below it',
      'key',
    );
    return undefined;
  }
  if (Object.hasOwn(raw, mergeKey)) return undefined;
  if (id === 'mcpServers' && !Object.hasOwn(raw, 'transport')) {
    context.findings.problem(path, ...pastedMessage, 'key');
    return undefined;
  }
  const meant = transportMeant(raw);
  if (raw.transport === undefined && meant !== undefined) {
    context.findings.problem([...path, 'transport'], 'this key is missing', `add transport: ${meant}`, 'key');
    return undefined;
  }
  const transport = transportSchema.safeParse(raw.transport, { reportInput: true });
  if (!transport.success) {
    for (const issue of transport.error.issues) {
      context.findings.problem(
        [...path, 'transport'],
        ...issueMessage(issue, transportSchema, ['transport']),
      );
    }
    return undefined;
  }
  if (transport.data !== 'stdio') return buildHttpServer(id, raw, settings.loopbackOnly, context);
  if (Object.hasOwn(raw, 'image')) return buildImageServer(id, raw, context);
  return runsInContainer(raw, context)
    ? buildCommandContainer(id, raw, context)
    : buildProcessServer(id, raw, context);
}
