import { isRecord } from '../../json/isRecord.ts';
import { z } from 'zod';
import { didYouMean } from '../yaml/didYouMean.ts';
import { quoted } from '../yaml/problem.ts';
import type { RegistryPath } from '../yaml/problem.ts';
import type { ReadContext } from './read/readContext.ts';
import { readSection } from './read/section.ts';
import { rateLimitSchema } from './settingsSchema.ts';
import type { PlacedToken } from './tokens.ts';
import {
  readClearTokens,
  readTokenDigests,
  readTokenFiles,
  tokenFileSchema,
  tokenSchema,
  tokenSha256Schema,
} from './tokens.ts';
import {
  buildCertificates,
  buildClientSocket,
  certificateSchema,
  clientSocketSchema,
  type PlacedIdentity,
} from './clientIdentity.ts';
import { buildClientRequests, clientRequestsSchema } from './clientRequestsSchema.ts';
import { buildToolListing, toolListingSchema } from './toolListingSchema.ts';
import { buildToolPolicy, toolPolicySchema } from './toolPolicySchema.ts';
import type { Client, Settings } from '../types.ts';

export const clientSchema = z
  .strictObject({
    token: tokenSchema.optional(),
    token_file: tokenFileSchema.optional(),
    token_sha256: tokenSha256Schema.optional(),
    socket: clientSocketSchema.optional(),
    certificate: certificateSchema.optional(),
    allow_servers: z.array(z.string()).meta({
      description: 'Ids of the servers that this client may use; [] is none.',
      examples: [['time']],
    }),
    rate_limit_rpm: rateLimitSchema.meta({
      description: 'Requests a minute; without it the global limit applies.',
      examples: [120],
    }),
    tool_policy: z.record(z.string(), toolPolicySchema).optional().meta({
      description:
        "By server id: a restriction of that server's tool_policy for this client; it never allows more.",
    }),
    tools: toolListingSchema.optional(),
    client_requests: z.record(z.string(), clientRequestsSchema).optional().meta({
      description: 'By server id: narrows what that server may ask of this client, never widens it.',
    }),
  })
  .meta({ description: 'A client: who it is, and which servers it may use.' });

/** A client with what identifies it and where that is; what is wrong goes to the findings. */
export function buildClient(
  id: string,
  raw: unknown,
  settings: Settings,
  serverIds: readonly string[],
  context: ReadContext,
): { client: Client; tokens: readonly PlacedToken[]; connections: readonly PlacedIdentity[] } {
  const path = ['clients', id];
  const read = readSection(clientSchema, raw, path, context.findings);
  const tokens = [
    ...readClearTokens(read.token, [...path, 'token'], context),
    ...readTokenFiles(read.token_file, [...path, 'token_file'], context),
    ...readTokenDigests(read.token_sha256, [...path, 'token_sha256'], context),
  ];
  const socket = buildClientSocket(read.socket, context);
  const certificates = buildCertificates(read.certificate, [...path, 'certificate'], settings, context);
  const connections = [
    ...(socket === null ? [] : [{ name: socket.path, path: [...path, 'socket', 'path'] }]),
    ...certificates.map((name) => ({ name, path: [...path, 'certificate'] })),
  ];
  checkTokenCount(raw, tokens, settings.oauth, path, context);
  const allowServers = new Set(read.allow_servers);
  reportUnknownServers(
    [...(read.allow_servers ?? []).entries()],
    [...path, 'allow_servers'],
    serverIds,
    context,
  );
  const policies = Object.entries(read.tool_policy ?? {});
  const policyPath = [...path, 'tool_policy'];
  // From what is there, so that a policy with a fault of its own doesn't hide a wrong name.
  const policyIds = isRecord(raw) && isRecord(raw['tool_policy']) ? Object.keys(raw['tool_policy']) : [];
  reportUnknownServers(
    policyIds.map((server) => [server, server]),
    policyPath,
    serverIds,
    context,
  );
  reportUnknownServers(
    Object.keys(read.client_requests ?? {}).map((server) => [server, server]),
    [...path, 'client_requests'],
    serverIds,
    context,
  );
  for (const [server] of policies) {
    if (read.allow_servers === undefined || allowServers.has(server) || !serverIds.includes(server)) continue;
    context.findings.warning(
      [...policyPath, server],
      'this has no effect: the client may not use the server',
      'add the server to allow_servers, or remove this',
    );
  }
  const client: Client = {
    id,
    tokens: tokens.map(({ digest }) => digest),
    socket,
    certificates,
    allowServers,
    rateLimitRpm: read.rate_limit_rpm ?? settings.rateLimitRpm,
    toolPolicy: new Map(
      policies.map(([server, policy]) => [server, buildToolPolicy(policy, [...policyPath, server], context)]),
    ),
    tools: buildToolListing(read.tools),
    clientRequests: new Map(
      Object.entries(read.client_requests ?? {}).map(([server, given]) => [
        server,
        buildClientRequests(given),
      ]),
    ),
  };
  return { client, tokens, connections };
}

function checkTokenCount(
  raw: unknown,
  tokens: readonly PlacedToken[],
  oauth: boolean | null,
  path: RegistryPath,
  { findings }: ReadContext,
): void {
  const fix = 'write one of token, token_file and token_sha256; a second token only while you rotate';
  const keys = Object.entries(raw ?? {}).filter(([key]) => key in identifyingKeys);
  const given = keys.some(([, value]) => !(Array.isArray(value) && value.length === 0));
  if (!given && typeof raw === 'object' && raw !== null) {
    if (oauth === null)
      findings.problem(
        path,
        'the client has no token',
        `${fix}; or give it a socket, or set lmcp.oauth: true, and sign in`,
        'key',
      );
    else if (!oauth)
      findings.warning(path, 'the client has no token, and lmcp.oauth is false: it cannot connect', fix);
  }
  if (tokens.length > 2) findings.problem(path, `the client has ${tokens.length} tokens`, fix, 'key');
}

const identifyingKeys = {
  token: true,
  token_file: true,
  token_sha256: true,
  socket: true,
  certificate: true,
};

function reportUnknownServers(
  named: readonly (readonly [step: string | number, server: string])[],
  path: RegistryPath,
  serverIds: readonly string[],
  { findings }: ReadContext,
): void {
  for (const [step, server] of named) {
    if (serverIds.includes(server)) continue;
    const meant = didYouMean(server, serverIds);
    const known =
      serverIds.length === 0 ? 'there are none yet' : `there are: ${serverIds.slice(0, 10).join(', ')}`;
    const fix =
      meant === undefined
        ? `add the server under servers, or remove it here; ${known}`
        : `did you mean ${quoted(meant)}?`;
    findings.problem(
      [...path, step],
      `there is no server ${quoted(server)}`,
      fix,
      typeof step === 'string' ? 'key' : 'value',
    );
  }
}
