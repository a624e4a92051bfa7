import { applications } from '../src/search/applications.ts';
import { table } from './table.ts';

/** A row for each application of which it is known how it deals with many tools. */
export function applicationsTable(): string {
  const rows = applications.map(({ application, names, limit, defers, sources }) => [
    application,
    names.map((name) => `\`${name}\``).join(', '),
    limit === null ? '–' : String(limit),
    defers ? 'yes: everything is listed' : 'no',
    sources.map(({ title, url }) => `[${title}](${url})`).join('; '),
  ]);
  return table(
    ['application', '`clientInfo.name` begins with', 'tools at most', 'searches by itself', 'sources'],
    rows,
  );
}
