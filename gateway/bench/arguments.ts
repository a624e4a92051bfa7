import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchOptions {
  readonly quick: boolean;
  readonly json: boolean;
  /** Only what containers cost. */
  readonly containers: boolean;
  /** Where the peers are installed (`peers/`) and where a run may write. */
  readonly folder: string;
}

export const usage = `Usage: npm run bench [-- OPTIONS]

Measures tools/call through LMCP beside the direct server, supergateway and mcp-proxy.

  --quick  one short round: shows that everything runs, too short to compare by
  --containers  only containers: a call into one beside a call into a process, a start beside docker run -i;
                without this option they are measured last, where a container engine answers
  --json   the result as JSON on stdout (progress stays on stderr)
  --help   this text`;

/** Null when only the usage is wanted. @throws Error for an unknown option. */
export function parseOptions(args: readonly string[]): BenchOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean' },
      json: { type: 'boolean' },
      containers: { type: 'boolean' },
      help: { type: 'boolean' },
      folder: { type: 'string' },
    },
    strict: true,
  });
  if (values.help === true) return null;
  if (values.folder === undefined) throw new Error('--folder is missing: run this as `npm run bench`.');
  return {
    quick: values.quick ?? false,
    json: values.json ?? false,
    containers: values.containers ?? false,
    folder: resolve(values.folder),
  };
}
