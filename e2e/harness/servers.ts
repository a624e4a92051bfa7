import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './gateway.ts';

/** A published MCP server of e2e/package.json, as an entry of the registry. */
export function packaged(
  script: string,
  ...args: string[]
): { transport: 'stdio'; command: string; args: string[] } {
  const path = join(root, 'e2e/node_modules', script);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm test once, it installs what e2e needs`);
  return { transport: 'stdio', command: process.execPath, args: [path, ...args] };
}

/** One of our own fixtures: Node runs them as they are. */
export function fixture(
  name: string,
  ...args: string[]
): { transport: 'stdio'; command: string; args: string[] } {
  return { transport: 'stdio', command: process.execPath, args: [join(root, 'e2e/fixtures', name), ...args] };
}

/** A registry with one client that may use one server, `plain`. */
export const plainRegistry = (token: string) => ({
  clients: { tester: { token, allow_servers: ['plain'] } },
  servers: { plain: fixture('plain-server.ts') },
});

export const everything = (): ReturnType<typeof packaged> =>
  packaged('@modelcontextprotocol/server-everything/dist/index.js', 'stdio');

export const filesystem = (folder: string): ReturnType<typeof packaged> =>
  packaged('@modelcontextprotocol/server-filesystem/dist/index.js', folder);

export const memory = (): ReturnType<typeof packaged> =>
  packaged('@modelcontextprotocol/server-memory/dist/index.js');
