import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { named, ok, type Described } from '../schema/named.ts';
import { wholeNumber } from '../schema/query.ts';

const mode = z.enum(['all', 'search', 'auto']);
const descriptions = z.enum(['full', 'short']);

const listSize = {
  tools: z.number(),
  bytes: z.number().meta({ description: 'Of their definitions as JSON.' }),
  tokens: z.number().meta({
    description: 'What a model reads of them, estimated: a token for four bytes, `_meta` left out.',
  }),
};

const clientToolsAnswer = named(
  'ClientToolsAnswer',
  'What the tools of a client take, as far as the lists of its servers are known.',
  z.strictObject({
    ok,
    client_id: z.string(),
    mode,
    max: z.number().meta({ description: 'With `auto`: more tools than that are searched for.' }),
    descriptions,
    allowed: z.strictObject(listSize).meta({ description: 'All tools that it may use.' }),
    listed: z.strictObject(listSize).meta({ description: 'What `tools/list` of `/mcp` gives it.' }),
    by_search: z.boolean().meta({ description: 'Whether the tools are searched for, not all listed.' }),
    names: z.array(z.string()).meta({ description: 'The first 200 names of `listed`.' }),
    servers: z
      .array(z.strictObject({ server_id: z.string(), ...listSize }))
      .meta({ description: 'What makes up the tools that it may use, the largest first.' }),
    unknown_servers: z
      .array(z.string())
      .meta({ description: 'Servers of the client whose lists are not known yet.' }),
    applications: z
      .array(
        z.strictObject({
          name: z.string().meta({ description: 'What it calls itself.' }),
          limit: z
            .number()
            .nullable()
            .meta({ description: 'How many tools it supports; null if that is not known.' }),
        }),
      )
      .meta({ description: 'Applications with an open session.' }),
    searches: z
      .strictObject({ searches: z.number(), found: z.number(), missed: z.number() })
      .meta({ description: 'Searches of the client since the gateway started; `missed` found nothing.' }),
  }),
);

const foundTool = named(
  'FoundTool',
  'A tool of a server.',
  z.strictObject({
    server_id: z.string(),
    name: z.string().meta({ description: 'As its server names it.' }),
    description: z.string().meta({ description: 'The first sentence.' }),
    hint: z.enum(['read_only', 'destructive']).nullable().meta({ description: 'By its annotations.' }),
    clients: z.array(z.string()).meta({ description: 'Clients that may use it.' }),
  }),
);

const foundToolsAnswer = named(
  'FoundToolsAnswer',
  'Tools that match a query, the best match first.',
  z.strictObject({
    ok,
    tools: z.array(foundTool),
    searched: z.number().meta({ description: 'The number of tools that were searched.' }),
    unknown_servers: z.array(z.string()).meta({ description: 'Servers whose lists are not known yet.' }),
  }),
);

export const toolEndpoints = {
  clientTools: endpoint({
    method: 'GET',
    path: '/management/clients/:client_id/tools',
    auth: 'management',
    summary: 'The size of the tool list of the client, and what it consists of.',
    query: z.strictObject({
      mode: mode.exactOptional().meta({ description: 'The list that it would get with this `tools.mode`.' }),
      max: wholeNumber(1, 10_000).exactOptional().meta({ description: 'The same with this `tools.max`.' }),
      descriptions: descriptions
        .exactOptional()
        .meta({ description: 'The same with these `tools.descriptions`.' }),
    }),
    answer: clientToolsAnswer,
    errors: ['unknown_client'],
  }),
  findTools: endpoint({
    method: 'GET',
    path: '/management/tools',
    auth: 'management',
    summary: 'Searches the tools of all servers, by the index that clients search.',
    query: z.strictObject({
      q: z.string().min(1).max(1_000).meta({ description: 'What the tool does, or its name.' }),
      limit: wholeNumber(1, 100).exactOptional().meta({ description: 'How many at most; 20 without it.' }),
    }),
    answer: foundToolsAnswer,
    errors: [],
  }),
};

export type ClientToolsAnswer = Described<typeof clientToolsAnswer>;
export type FoundToolsAnswer = Described<typeof foundToolsAnswer>;
