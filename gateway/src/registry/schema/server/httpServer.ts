import { resolve } from 'node:path';
import { z } from 'zod';
import { fillSection } from '../read/filledSection.ts';
import { authSchema, buildAuth } from './authSchema.ts';
import { checkWhereabouts } from './whereabouts.ts';
import type { RegistryPath } from '../../yaml/problem.ts';
import type { ReadContext } from '../read/readContext.ts';
import { readSection } from '../read/section.ts';
import { markReferences, secretsOf } from '../../secrets/references.ts';
import { buildServerBase, httpTimeouts, serverBaseShape } from './serverBase.ts';
import type { HttpServer, ServerTls } from '../../types.ts';

/** Headers that the transport sets itself (RFC 9110 section 7.6.1, MCP Streamable HTTP). */
const ownHeaders = new Set(
  `accept connection content-length content-type expect host keep-alive last-event-id mcp-method mcp-name
   mcp-protocol-version mcp-session-id proxy-connection te trailer transfer-encoding upgrade`.split(/\s+/),
);

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'this is not a header name (RFC 9110 section 5.1)')
  .refine((name) => !ownHeaders.has(name.toLowerCase()), 'LMCP sets this header itself');

const pemFile = z.string().min(1);

const tlsSchema = z.strictObject({
  ca_file: pemFile
    .optional()
    .meta({ description: 'The authorities that its certificate is trusted by (PEM).' }),
  cert_file: pemFile.optional().meta({ description: 'The certificate that LMCP shows to it (PEM).' }),
  key_file: pemFile.optional().meta({ description: 'The private key of that certificate (PEM).' }),
});

export const httpServerSchema = z
  .strictObject({
    transport: z.enum(['http', 'sse']).meta({
      description:
        'A server that is already running: `http` for Streamable HTTP, with a fall-back to the older HTTP+SSE; `sse` for HTTP+SSE only.',
      examples: ['http'],
    }),
    url: z
      .string()
      .min(1)
      .meta({ description: 'Its MCP endpoint.', examples: ['http://127.0.0.1:9000/mcp'] }),
    headers: z
      .record(headerName, z.string())
      .nullish()
      .meta({
        description: 'Sent with every request; values may hold ${NAME}.',
        examples: [{ Authorization: 'Bearer ${COMFYUI_TOKEN}' }],
      }),
    remote: z.boolean().optional().meta({
      description:
        'The server is on another machine; allowed while lmcp.loopback_only is true, only by https and at public addresses.',
      default: false,
    }),
    allow_private: z
      .boolean()
      .optional()
      .meta({ description: 'A remote server may be on a private network.', default: false }),
    auth: authSchema.optional(),
    tls: tlsSchema.optional().meta({ description: 'Authority and client certificate for https.' }),
    ...serverBaseShape(httpTimeouts),
  })
  .meta({ description: 'A server that is reached over HTTP.' });

export function buildHttpServer(
  id: string,
  raw: unknown,
  loopbackOnly: boolean,
  context: ReadContext,
): HttpServer {
  const path = ['servers', id];
  const read = readSection(httpServerSchema, raw, path, context.findings);
  const headers = read.headers ?? {};
  reportEqualNames(Object.keys(headers), [...path, 'headers'], context);
  if (read.timeouts?.initialize_s !== undefined) {
    const at = [...path, 'timeouts', 'initialize_s'];
    context.findings.warning(at, 'initialize_s has no effect for an http server', 'remove it');
  }
  const whereabouts = {
    loopbackOnly,
    remote: read.remote ?? false,
    allowPrivate: read.allow_private ?? false,
  };
  const url = checkedUrl(read.url, [...path, 'url'], context);
  checkWhereabouts(url, whereabouts, path, context.findings);
  const filled = fillSection(headers, [...path, 'headers'], context, headerValueFault);
  const base = buildServerBase(id, read, httpTimeouts, context);
  const auth = buildAuth(read.auth, { scope: base.scope, headers: filled }, path, context);
  return {
    ...base,
    ...secretsOf(path, context),
    transport: read.transport ?? 'http',
    runtime: 'http',
    url,
    headers: filled,
    ...whereabouts,
    auth,
    tls: tlsOf(read.tls, url, [...path, 'tls'], context),
  };
}

/** RFC 9110 section 5.5: visible characters, spaces and tabs; a line break would begin another header. */
function headerValueFault(value: string): string | null {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ? null
    : 'a header value cannot hold line breaks or these characters';
}

function reportEqualNames(names: readonly string[], path: RegistryPath, { findings }: ReadContext): void {
  const seen = new Set<string>();
  for (const name of names) {
    const lower = name.toLowerCase();
    if (seen.has(lower))
      findings.problem([...path, name], 'this header is there twice', 'remove one of the two', 'key');
    seen.add(lower);
  }
}

/** A placeholder for a URL with a problem, in a registry that is then never handed out. */
const nowhere = 'http://127.0.0.1/';

function checkedUrl(written: string | undefined, path: RegistryPath, context: ReadContext): URL {
  if (written === undefined) return new URL(nowhere);
  const { findings } = context;
  const text = markReferences(written, path, context);
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || text.includes('${')) {
    findings.problem(
      path,
      'this is not an http or https URL',
      'for example: url: "http://127.0.0.1:9000/mcp"',
    );
    return new URL(nowhere);
  }
  if (url.username !== '' || url.password !== '') {
    findings.problem(
      path,
      'the URL holds a user name or password',
      'send it as a header: headers: { Authorization: "Bearer ${NAME}" }',
    );
  }
  return url;
}

function tlsOf(
  read: z.infer<typeof tlsSchema> | undefined,
  url: URL,
  path: RegistryPath,
  { findings, baseDir }: ReadContext,
): ServerTls | undefined {
  if (read === undefined) return undefined;
  const { ca_file, cert_file, key_file } = read;
  if (url.protocol !== 'https:')
    findings.warning(path, 'tls has no effect for an http URL', 'write https://, or remove it');
  if ((cert_file === undefined) !== (key_file === undefined)) {
    findings.problem(path, 'a client certificate needs both files', 'write cert_file and key_file');
  }
  const absolute = (file: string): string => resolve(baseDir, file);
  return {
    ...(ca_file !== undefined && { caFile: absolute(ca_file) }),
    ...(cert_file !== undefined && { certFile: absolute(cert_file) }),
    ...(key_file !== undefined && { keyFile: absolute(key_file) }),
  };
}
