import { auditEndpoints } from '../src/api/audit.ts';
import { components } from '../src/api/openapi/components.ts';
import type { Endpoints } from '../src/api/endpoint.ts';
import { endpointGroups } from '../src/api/endpoints.ts';
import { eventMeanings } from '../src/audit/events.ts';
import { reasonMeanings } from '../src/policy/reasons.ts';
import { applicationsTable } from './applicationsTable.ts';
import { checksTable, meaningsTable } from './codeTables.ts';
import { enginesTable } from './enginesTable.ts';
import { endpointTable, errorTable, queryTable } from './endpointTable.ts';
import { readImportGraph, sourceFolder } from '../test/importGraph.ts';
import { roomGraph } from './roomGraph.ts';
import { typeSections } from './typeSections.ts';

const { Status: status, ...management } = endpointGroups;

/** The generated blocks of each page, by its path in the checkout. */
export const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ARCHITECTURE.md': { 'import graph': roomGraph(readImportGraph(sourceFolder)) },
  'docs/management_api.md': {
    errors: errorTable(),
    ...Object.fromEntries(
      Object.entries<Endpoints>(management).map(([name, group]) => [
        `endpoints: ${name}`,
        endpointTable(group),
      ]),
    ),
    checks: checksTable(),
    'query: audit': queryTable(auditEndpoints.searchAudit),
    types: typeSections(components()),
  },
  'docs/status_api.md': { 'endpoints: Status': withTypesOn('management_api.md', endpointTable(status)) },
  'docs/clients.md': { applications: applicationsTable() },
  'docs/containers.md': { engines: await enginesTable() },
  'docs/audit.md': {
    events: meaningsTable('event', 'logged when', eventMeanings),
    reasons: meaningsTable('reason', 'meaning', reasonMeanings),
  },
};

/** Blocks that a test with an engine generates. */
export const keptBlocks: Readonly<Record<string, readonly string[]>> = {
  'docs/containers.md': ['hardening'],
};

/** A text of a page that does not define the types: links to them lead to the page that does. */
function withTypesOn(page: string, text: string): string {
  return text.replaceAll('](#', `](${page}#`);
}
