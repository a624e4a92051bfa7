import { resolve } from 'node:path';
import { z } from 'zod';
import { isHidden } from '../../container/run/dockerSecrets.ts';
import { fillSection } from '../read/filledSection.ts';
import type { ReadContext } from '../read/readContext.ts';
import { readSection } from '../read/section.ts';
import { markReferences, secretsOf } from '../../secrets/references.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import { warnOfUnexpanded } from './unexpanded.ts';
import { buildServerBase, serverBaseShape, stdioTimeouts } from './serverBase.ts';
import type { ProcessServer } from '../../types.ts';

/** An argument of a process can't hold NUL: the kernel would end it there. */
const withoutNul = z
  .string()
  .refine((text) => !text.includes('\0'), 'a NUL character cannot be handed to a process');

/** Sent back as it was shown, it would put the sign for a hidden value in the value's place. */
const argument = withoutNul.refine(
  (text) => !isHidden(text),
  'its value was hidden when the registry was shown; write the value under env: and only its name here (-e NAME)',
);

export const processServerSchema = z
  .strictObject({
    transport: z
      .literal('stdio')
      .meta({ description: 'The server communicates over stdin and stdout.', examples: ['stdio'] }),
    command: withoutNul.min(1).meta({ description: 'The program; no shell is involved.', examples: ['npx'] }),
    args: z
      .array(argument)
      .optional()
      .meta({ description: 'Its arguments, one an entry.', examples: [['-y', 'ollama-mcp-server']] }),
    env: z
      .record(z.string().regex(/^[^\s=\0]+$/, 'this is not a name of an environment variable'), withoutNul)
      .nullish()
      .meta({
        description:
          "The server's environment beside HOME, LANG, LC_ALL, LOGNAME, PATH, SHELL, TERM, TMPDIR, TZ and USER; values may hold ${NAME}.",
        examples: [{ OLLAMA_HOST: 'http://127.0.0.1:11434' }],
      }),
    cwd: withoutNul
      .min(1)
      .optional()
      .meta({
        description: 'Its working folder; without it the one that relative paths resolve against.',
        examples: ['/srv/data'],
      }),
    stdio_mode: z.enum(['newline', 'content-length']).optional().meta({
      description:
        'How messages are framed: newline is what MCP says, content-length is what some older servers do.',
      default: 'newline',
    }),
    runtime: z.enum(['process', 'container']).optional().meta({
      description: "Where the command runs; in the product's image container is the default.",
      default: 'process',
    }),
    network: z
      .literal('none')
      .optional()
      .meta({
        description:
          'Of a command in a container: it starts without a network, once its cache holds what it needs.',
        examples: ['none'],
      }),
    egress: z
      .array(z.string())
      .optional()
      .meta({
        description: 'In the stack of compose.yaml: all that the server may reach, as host:port.',
        examples: [['api.github.com:443']],
      }),
    ...serverBaseShape(stdioTimeouts),
  })
  .meta({ description: 'A server that LMCP starts as a child process.' });

/** The keys of a command that only a container has a use for. */
export interface SiblingKeys {
  readonly network?: 'none' | undefined;
  readonly egress?: readonly string[] | undefined;
}

/** Rejects keys that would promise what is not enforced. */
export function rejectReach(
  read: SiblingKeys,
  path: RegistryPath,
  { findings }: ReadContext,
  fix: string,
): void {
  for (const key of ['network', 'egress'] as const) {
    if (read[key] !== undefined) findings.problem([...path, key], `${key} is not enforced here`, fix);
  }
}

export function buildProcessServer(id: string, raw: unknown, context: ReadContext): ProcessServer {
  const path = ['servers', id];
  const read = readSection(processServerSchema, raw, path, context.findings);
  checkRuntime(read.runtime, path, context);
  rejectReach(
    read,
    path,
    context,
    `remove it: a process has the network of the machine (docs/containers.md)`,
  );
  const args = markedArguments(read.args, path, context);
  warnOfUnexpanded({ ...read, args }, path, context);
  const env = fillSection(read.env ?? {}, [...path, 'env'], context, (value) =>
    value.includes('\0') ? 'a NUL character cannot be handed to a process' : null,
  );
  return {
    ...buildServerBase(id, read, stdioTimeouts, context),
    ...secretsOf(path, context),
    transport: 'stdio',
    runtime: 'process',
    command: read.command ?? '',
    args,
    env,
    cwd: resolve(context.baseDir, read.cwd ?? '.'),
    stdioMode: read.stdio_mode ?? 'newline',
    ...(context.insideImage === true && { loosened: [withGatewayRights] }),
  };
}

/** The arguments with `${secret:NAME}` marked. */
export function markedArguments(
  args: readonly string[] | undefined,
  path: RegistryPath,
  context: ReadContext,
): string[] {
  return (args ?? []).map((text, index) => markReferences(text, [...path, 'args', index], context));
}

const withGatewayRights =
  'runs as a process beside the gateway: with its user, its tokens and its access to the engine';

/** In the product's image a process shares the gateway's user, tokens and engine access: it must be asked for by name. */
function checkRuntime(
  runtime: 'process' | 'container' | undefined,
  path: readonly string[],
  { insideImage, findings }: ReadContext,
): void {
  if (insideImage !== true) return;
  if (runtime === undefined) {
    const message =
      'inside the image a command runs with the rights of the gateway itself, so that must be asked for';
    findings.problem([...path, 'command'], message, 'add runtime: process if that is what you want', 'key');
  } else {
    const message =
      "the server runs with the gateway's own rights: it can read the registry and the audit key";
    findings.warning(
      [...path, 'runtime'],
      message,
      'run only servers this way that you trust as you trust LMCP',
    );
  }
}
