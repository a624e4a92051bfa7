import type { ServerKind, TextKey } from './serverDraft.ts';

/** A field of the form of a server. */
export interface FieldSpec {
  readonly key: TextKey;
  readonly label: string;
  readonly hint?: string;
  /** Lines of a text area; absent for one line. */
  readonly rows?: number;
  readonly choices?: readonly string[];
}

const lines = 'One a line.';
const booleans = ['true', 'false'] as const;
const framing: FieldSpec = { key: 'stdio_mode', label: 'Framing', choices: ['newline', 'content-length'] };

/** What a server of each kind is, in the order of the form. */
export const mainFields: Readonly<Record<ServerKind, readonly FieldSpec[]>> = {
  process: [
    { key: 'command', label: 'Command', hint: 'A program, never a shell line.' },
    { key: 'args', label: 'Arguments', hint: lines, rows: 3 },
    { key: 'cwd', label: 'Working folder' },
  ],
  container: [
    { key: 'image', label: 'Image' },
    { key: 'args', label: 'Arguments', hint: lines, rows: 3 },
    {
      key: 'mounts',
      label: 'Mounts',
      hint: 'One a line: source:/target, read-only unless :rw follows.',
      rows: 2,
    },
    { key: 'network', label: 'Network', hint: 'none unless set: it then reaches nothing.' },
  ],
  http: [
    { key: 'url', label: 'URL', hint: 'Streamable HTTP, or HTTP+SSE of older servers.' },
    {
      key: 'remote',
      label: 'On another machine',
      hint: 'Only by https, at public addresses.',
      choices: booleans,
    },
  ],
};

const more: Readonly<Record<ServerKind, readonly FieldSpec[]>> = {
  process: [{ key: 'runtime', label: 'Runs as', choices: ['process', 'container'] }, framing],
  container: [
    { key: 'entrypoint', label: 'Entrypoint', hint: lines, rows: 2 },
    { key: 'workdir', label: 'Working folder' },
    { key: 'user', label: 'User' },
    { key: 'tmpfs', label: 'Temporary file systems', hint: lines, rows: 2 },
    { key: 'memory', label: 'Memory', hint: 'As 512m.' },
    { key: 'cpus', label: 'CPUs' },
    { key: 'pids_limit', label: 'Processes at most' },
    { key: 'shm_size', label: 'Shared memory' },
    { key: 'read_only', label: 'Read-only root', choices: booleans },
    { key: 'cap_add', label: 'Added capabilities', hint: lines, rows: 2 },
    { key: 'extra_hosts', label: 'Extra hosts', hint: lines, rows: 2 },
    { key: 'pull', label: 'Pull', choices: ['never', 'missing'] },
    framing,
  ],
  http: [{ key: 'allow_private', label: 'Private addresses, too', choices: booleans }],
};

const every: readonly FieldSpec[] = [
  { key: 'scope', label: 'One instance for each', choices: ['client', 'session', 'shared'] },
  { key: 'idle_stop_s', label: 'Stop when idle for (s)' },
  { key: 'initialize_s', label: 'Timeout of initialize (s)' },
  { key: 'tools_list_s', label: 'Timeout of tools/list (s)' },
  { key: 'tools_call_s', label: 'Timeout of tools/call (s)' },
  { key: 'tools_call_max_s', label: 'The same, with progress (s)' },
  { key: 'retry_on_timeout', label: 'Retries after a timeout' },
  { key: 'retry_backoff_s', label: 'Back-off between retries (s)' },
  { key: 'sampling', label: 'May ask clients to sample', choices: ['allow', 'deny'] },
  { key: 'elicitation', label: 'May ask people (elicitation)', choices: ['allow', 'deny'] },
  { key: 'roots', label: 'May ask clients for roots', choices: ['allow', 'deny'] },
];

/** What most servers leave at its default. */
export function moreFields(kind: ServerKind): readonly FieldSpec[] {
  return [...more[kind], ...every];
}
