import { revisions } from '../../mcp/era/legacy/revisions.ts';
import { modernRevisions } from '../../mcp/era/stateless/envelope.ts';
import { namespace, remoteAt } from './remote.ts';

export const cardPath = '/mcp/server-card';
export const catalogPath = '/.well-known/mcp/catalog.json';
export const cardType = 'application/mcp-server-card+json';

const about = {
  title: 'LMCP',
  description: 'Local MCP control plane: one endpoint for the MCP servers that a client is granted.',
};

interface OwnFacts {
  /** `http://127.0.0.1:7345`, as the caller reached the gateway. */
  readonly origin: string;
  readonly version: string;
  readonly oauth: boolean;
}

/** What LMCP is and where it is reached (SEP-2127, draft, schema v2). Nothing of its servers is in it. */
export function serverCard({ origin, version, oauth }: OwnFacts): object {
  return {
    $schema: 'https://static.modelcontextprotocol.io/schemas/v2/server-card.schema.json',
    name: `${namespace}/lmcp`,
    version,
    ...about,
    remotes: [
      {
        ...remoteAt(`${origin}/mcp`, oauth),
        supportedProtocolVersions: [...modernRevisions, ...revisions],
      },
    ],
  };
}

/** Where the card is (SEP-2127, draft, docs/discovery.md, "MCP Catalog"). */
export function cardCatalog(origin: string): object {
  return {
    specVersion: 'draft',
    entries: [
      {
        identifier: 'urn:air:lmcp.local:lmcp',
        displayName: about.title,
        type: cardType,
        url: origin + cardPath,
      },
    ],
  };
}
