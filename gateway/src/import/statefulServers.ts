/** Packages and images of servers that keep the state of the window they serve: a page, an interpreter, a train of thought. */
const stateful: readonly (readonly [pattern: RegExp, what: string])[] = [
  [
    /^(@playwright\/mcp|@executeautomation\/playwright-mcp-server|chrome-devtools-mcp|@modelcontextprotocol\/server-puppeteer|puppeteer-mcp-server|@browsermcp\/mcp|@agent-infra\/mcp-server-browser|browser-use-mcp-server|mcp\/(playwright|puppeteer)|mcr\.microsoft\.com\/playwright\/mcp)$/,
    'a browser',
  ],
  [
    /^(@pydantic\/mcp-run-python|mcp-run-python|mcp-python-interpreter|jupyter-mcp-server|mcp-server-jupyter|@wonderwhy-er\/desktop-commander)$/,
    'an interpreter',
  ],
  [
    /^(@modelcontextprotocol\/server-sequential-thinking|mcp-sequential-thinking|mcp\/sequentialthinking)$/,
    'step-by-step thinking',
  ],
];

/**
 * What keeps the state of one window in a server, by its command line or image; undefined for any other server. Without a gateway
 * each window starts a server of its own: `scope: session` keeps that.
 */
function stateKeptBy(words: readonly string[]): string | undefined {
  const names = words.map(withoutVersion);
  return stateful.find(([pattern]) => names.some((name) => pattern.test(name)))?.[1];
}

/** The section with the scope that fits, and what the person should know about it. */
export function withScope<Section extends object>(
  server: Section,
): {
  readonly server: Section | (Section & { readonly scope: 'session' });
  readonly notes: readonly string[];
} {
  const { command, args, image } = server as Readonly<Record<string, unknown>>;
  const words = [command, image, ...(Array.isArray(args) ? (args as readonly unknown[]) : [])];
  const kept = stateKeptBy(words.filter((word) => typeof word === 'string'));
  if (kept === undefined) return { server, notes: [] };
  const note = `keeps the state of ${kept}: each session gets an instance of its own (scope: session)`;
  return { server: { ...server, scope: 'session' }, notes: [note] };
}

/** `@scope/name@1.2`, `name==1.2`, `name[extra]` and `image:tag` without what follows the name. */
function withoutVersion(word: string): string {
  return word
    .replace(/^docker\.io\//, '')
    .replace(/(?<=.)@[^/]*$/, '')
    .replace(/(\[.*|[=<>~!]=.*)$/, '')
    .replace(/:[^/:]*$/, '');
}
