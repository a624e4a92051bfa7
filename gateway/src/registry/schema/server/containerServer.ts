import { resolve } from 'node:path';
import { z } from 'zod';
import { containerClient } from '../../container/run/containerClient.ts';
import { parseRun } from '../../container/run/dockerRun.ts';
import { specDenials } from '../../container/guardRules/specDenials.ts';
import { egressProblems, parseImageEntry } from '../../container/imageEntry.ts';
import type { ContainerParse } from '../../container/problem.ts';
import type { RunContext } from '../../container/run/runContext.ts';
import { egressTarget } from '../../container/egressTarget.ts';
import { siblingSpec, type SiblingReach } from '../../container/sibling.ts';
import { resolveSpec } from '../../container/spec.ts';
import { fillSection } from '../read/filledSection.ts';
import { markedArguments, processServerSchema, rejectReach, type SiblingKeys } from './processServer.ts';
import type { ReadContext } from '../read/readContext.ts';
import { markedIn } from '../../secrets/marks.ts';
import { markReferences, secretsOf } from '../../secrets/references.ts';
import { warnOfUnexpanded } from './unexpanded.ts';
import { readSection } from '../read/section.ts';
import { buildServerBase, serverBaseShape, stdioTimeouts } from './serverBase.ts';
import type { ContainerServer, ContainerSpec } from '../../types.ts';

const text = z.string();
const size = z.union([z.string(), z.number()]);
const { transport, env, egress, stdio_mode: stdioMode } = processServerSchema.shape;

/** The form of an `image:` entry; what its values mean is read by `parseImageEntry`. */
export const containerServerSchema = z
  .strictObject({
    transport,
    image: text.meta({ description: 'The image that the server runs from.', examples: ['mcp/fetch'] }),
    image_digest: text.optional().meta({
      description: 'The digest that the image must have; whatever its tag names, no other is run.',
      examples: [`sha256:${'0'.repeat(64)}`],
    }),
    entrypoint: z
      .union([text, z.array(text)])
      .optional()
      .meta({ description: "Replaces the image's program.", examples: ['/bin/server'] }),
    args: z
      .array(z.union([text, z.number(), z.boolean()]))
      .optional()
      .meta({ description: 'Arguments after the entrypoint.', examples: [['--verbose']] }),
    env,
    workdir: text.optional().meta({ description: 'Working folder in the container.', examples: ['/data'] }),
    user: z
      .union([text, z.number()])
      .optional()
      .meta({
        description:
          "Who it runs as; without it the image's user, or if that is root one of the server's own (nobody with a writable mount).",
        examples: ['1000:1000'],
      }),
    mounts: z
      .array(
        z.strictObject({
          source: text.meta({
            description: 'A folder of the host or a named volume.',
            examples: ['/srv/data'],
          }),
          target: text.meta({ description: 'Where the container sees it.', examples: ['/data'] }),
          read_only: z
            .boolean()
            .optional()
            .meta({ description: 'Whether it may only be read.', default: true }),
        }),
      )
      .optional()
      .meta({
        description: 'What of the host the container may see.',
        examples: [[{ source: '/srv/data', target: '/data' }]],
      }),
    tmpfs: z
      .union([text, z.array(text)])
      .optional()
      .meta({
        description: 'Writable memory file systems beside /tmp, as path or path:options.',
        examples: [['/run:size=16m']],
      }),
    network: text
      .optional()
      .meta({ description: 'A network of the engine.', default: 'none', examples: ['bridge'] }),
    egress,
    extra_hosts: z
      .array(text)
      .optional()
      .meta({
        description: 'Names for addresses, as name:address.',
        examples: [['host.docker.internal:host-gateway']],
      }),
    memory: size.optional().meta({ description: 'Most memory.', default: '512m', examples: ['1g'] }),
    cpus: z
      .union([z.number(), text])
      .optional()
      .meta({ description: 'Most CPUs.', default: 2, examples: [1] }),
    pids_limit: z
      .union([z.number(), text])
      .optional()
      .meta({ description: 'Most processes.', default: 256, examples: [512] }),
    shm_size: size.optional().meta({ description: 'Size of /dev/shm.', examples: ['128m'] }),
    read_only: z
      .boolean()
      .optional()
      .meta({ description: 'Whether its root file system is read-only.', default: true }),
    cap_add: z
      .array(text)
      .optional()
      .meta({ description: 'Capabilities beside none, of a short list.', examples: [['CHOWN']] }),
    pull: text
      .optional()
      .meta({ description: 'missing fetches the image once, never does not.', default: 'missing' }),
    verify: text.optional().meta({
      description: 'The kind of signature without which the image is not run.',
      examples: ['cosign'],
    }),
    cosign: z
      .strictObject({
        key: text.optional().meta({
          description: 'A file with the public key that has signed it.',
          examples: ['./cosign.pub'],
        }),
        trust_root: text.optional().meta({
          description: 'Instead of a key: a file with the authorities and logs that vouch for the signer.',
          examples: ['./trusted_root.json'],
        }),
        identity: text.optional().meta({
          description: 'Whom the certificate must name, exactly.',
          examples: ['https://github.com/example/server/.github/workflows/release.yml@refs/tags/v1'],
        }),
        issuer: text.optional().meta({
          description: 'The issuer of that identity, exactly.',
          examples: ['https://token.actions.githubusercontent.com'],
        }),
      })
      .optional()
      .meta({
        description: 'With verify: cosign, whose signature counts.',
        examples: [{ key: './cosign.pub' }],
      }),
    stdio_mode: stdioMode,
    ...serverBaseShape(stdioTimeouts),
  })
  .meta({ description: 'A server that LMCP runs in a container.' });

/** A server with `image:`. */
export function buildImageServer(id: string, raw: unknown, context: ReadContext): ContainerServer {
  const path = ['servers', id];
  const read = readSection(containerServerSchema, raw, path, context.findings);
  const values = fillSection(read.env ?? {}, [...path, 'env'], context, nulFault);
  const args = read.args?.map((text, index) =>
    typeof text === 'string' ? markReferences(text, [...path, 'args', index], context) : text,
  );
  // A missing image is reported already; the rest is still read.
  const parsed = parseImageEntry(
    { ...read, args, image: read.image ?? 'missing' },
    {
      env: values,
      baseDir: mountBase(context),
      defaultNetwork: context.engine?.defaultNetwork,
      ...(context.selfImage?.hasEgress === true && { hasEgress: true }),
      readFile: (file) => context.readTokenFile(resolve(context.baseDir, file)),
    },
  );
  return server(id, read, specOf(parsed, id, context), context);
}

/** Whether a `command` entry is one for the Docker client, or for a container of the product's own image. */
export function runsInContainer(raw: Readonly<Record<string, unknown>>, context: ReadContext): boolean {
  const { command, runtime } = raw;
  if (typeof command === 'string' && containerClient(command) !== undefined) return runtime !== 'process';
  return runtime === 'container' || (runtime === undefined && context.selfImage !== undefined);
}

/** A server with `command:` that runs in a container. */
export function buildCommandContainer(id: string, raw: unknown, context: ReadContext): ContainerServer {
  const path = ['servers', id];
  const read = readSection(processServerSchema, raw, path, context.findings);
  const values = fillSection(read.env ?? {}, [...path, 'env'], context, nulFault);
  const { command = '', cwd } = read;
  const args = markedArguments(read.args, path, context);
  warnOfUnexpanded({ ...read, args }, path, context);
  const client = containerClient(command);
  if (client !== undefined) {
    const { engine } = context;
    const run = { env: values, baseDir: mountBase(context), readFile: fileReader(context), engine };
    rejectReach(read, path, context, 'write --network among args, or the server with image: and egress:');
    const parsed = parseRun(client, args, run);
    return server(id, read, specOf(parsed, id, context, 'args'), context);
  }
  if (context.selfImage === undefined) {
    const message = 'a command runs in a container only where LMCP itself runs from its image';
    const fix = 'remove runtime, or write the server with image: instead of command:';
    context.findings.problem([...path, 'runtime'], message, fix);
    return server(id, read, noSpec, context);
  }
  const reach = siblingReach(read, context);
  const parsed =
    'problems' in reach
      ? reach
      : siblingSpec({ id, command, args, env: values, cwd }, context.selfImage, reach);
  return server(id, read, specOf(parsed, id, context, 'command'), context);
}

function siblingReach(
  { network, egress }: SiblingKeys,
  { selfImage: self }: ReadContext,
): SiblingReach | Extract<ContainerParse, { ok: false }> {
  if (egress === undefined) return { network };
  const fields = egress.map(egressTarget);
  const problems = [
    ...egressProblems(network, self?.hasEgress),
    ...fields.flatMap((field, index) =>
      'value' in field ? [] : [{ at: ['egress', index], message: `egress ${field.message}`, fix: field.fix }],
    ),
  ];
  if (problems.length > 0) return { ok: false, problems };
  return { network, egress: fields.flatMap((field) => ('value' in field ? [field.value] : [])) };
}

/** A placeholder for a spec with a problem, in a registry that is then never handed out. */
const noSpec = resolveSpec({ image: 'missing' }, 'hardened');

/** @param from the key that the container's settings were read from; undefined: each has a key of its own */
function specOf(parsed: ContainerParse, id: string, context: ReadContext, from?: string): ContainerSpec {
  const { findings } = context;
  if (parsed.ok) {
    for (const { at, message, fix } of parsed.notes ?? []) {
      findings.warning(['servers', id, ...at], message, fix);
    }
    warnOfGuard(parsed.spec, id, context, from);
    checkMarks(parsed.spec, id, context, from);
    return parsed.spec;
  }
  for (const { at, message, fix } of parsed.problems) findings.problem(['servers', id, ...at], message, fix);
  return noSpec;
}

/** Names of images, mounts and the like are shown, and judged before a secret is known. */
function checkMarks(
  { env: _env, args: _args, ...rest }: ContainerSpec,
  id: string,
  { findings }: ReadContext,
  from = 'image',
): void {
  if (markedIn(JSON.stringify({ ...rest, tmpfs: [...rest.tmpfs] })).length === 0) return;
  const fix = 'write the value itself, or hand the secret over as a variable or after the image';
  findings.problem(
    ['servers', id, from],
    'a secret can only be a variable or an argument of the server itself',
    fix,
  );
}

/** A warning, since the other servers can be used, and the guard may be set up later. */
function warnOfGuard(
  spec: ContainerSpec,
  id: string,
  { guard, findings }: ReadContext,
  from: string | undefined,
): void {
  if (guard === undefined || spec.engineSocket !== undefined) return;
  for (const { at, message, fix } of specDenials(spec, guard)) {
    findings.warning(['servers', id, ...(from === undefined ? at : [from])], message, fix);
  }
}

type StdioRead = Parameters<typeof buildServerBase>[1] & {
  readonly stdio_mode?: 'newline' | 'content-length' | undefined;
};

function server(id: string, read: StdioRead, spec: ContainerSpec, context: ReadContext): ContainerServer {
  return {
    ...buildServerBase(id, read, stdioTimeouts, context),
    ...secretsOf(['servers', id], context),
    transport: 'stdio',
    runtime: 'container',
    spec,
    stdioMode: read.stdio_mode ?? 'newline',
  };
}

/** The file of `--env-file` is on the machine of the person who wrote it, which the product's container does not see. */
function fileReader({ insideImage, baseDir, readTokenFile }: ReadContext): RunContext['readFile'] {
  return insideImage === true ? undefined : (path) => readTokenFile(resolve(baseDir, path));
}

/** Mounts are paths on the engine's machine, which a gateway in a container can't know by itself. */
function mountBase({ mountBase: configured, baseDir }: ReadContext): string {
  return configured ?? baseDir;
}

function nulFault(value: string): string | null {
  return value.includes('\0') ? 'a NUL character cannot be handed to a process' : null;
}
