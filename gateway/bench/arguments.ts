import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What can be measured alone; all is measured where nothing is named. */
const parts = ['calls', 'lists', 'package', 'containers'] as const;
export type Part = (typeof parts)[number];

export interface BenchOptions {
  readonly quick: boolean;
  readonly json: boolean;
  /** What is measured. */
  readonly parts: ReadonlySet<Part>;
  /** Parts were named: what can't be measured is an error then. */
  readonly named: boolean;
  /** Where the peers are installed (`peers/`) and where a run may write. */
  readonly folder: string;
}

export const usage = `Usage: npm run bench [-- OPTIONS]

Measures LMCP. All of this, or what is named:

  --calls       tools/call through LMCP beside the direct server, supergateway and mcp-proxy
  --lists       tools/list with many servers: from nothing, after a restart, warm, and while calls run
  --package     the npm package: start and memory, and what \`lmcp stdio\` adds to a call
  --containers  a call into a container beside a call into a process, a start beside docker run -i; where
                it is not named it is left out if no container engine answers

  --quick  one short round: shows that everything runs, too short to compare by
  --json   the result as JSON on stdout (progress stays on stderr)
  --help   this text`;

const namedParts = {
  calls: { type: 'boolean' },
  lists: { type: 'boolean' },
  package: { type: 'boolean' },
  containers: { type: 'boolean' },
} as const satisfies Record<Part, object>;

/** Null when only the usage is wanted. @throws Error for an unknown option. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      ...namedParts,
      help: { type: 'boolean' },
      folder: { type: 'string' },
    },
    strict: true,
  });
  if (values.help === true) return null;
  if (values.folder === undefined) throw new Error('--folder is missing: run this as `npm run bench`.');
  const named = parts.filter((part) => values[part] === true);
  return {
    quick: values.quick ?? false,
    json: values.json ?? false,
    parts: new Set(named.length > 0 ? named : parts),
    named: named.length > 0,
    folder: resolve(values.folder),
  };
}
