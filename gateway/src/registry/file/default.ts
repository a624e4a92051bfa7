import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncFolder } from '../../fs/durableFolder.ts';
import { writeDurably } from '../../fs/replaceFile.ts';
import { requireFolderCustody } from './custody.ts';

const clientIds = ['vscode', 'codex', 'claude-desktop'] as const;

export interface DefaultRegistry {
  readonly text: string;
  /** Plain-text tokens by client id: shown only once, and only on a terminal. */
  readonly tokens: ReadonlyMap<string, string>;
}

interface FirstServer {
  readonly serverScript: string;
  /** Written out where a process must be asked for. */
  readonly runtime?: 'process' | undefined;
}

/**
 * Writes a first registry (mode 0600) with random tokens and a server that works immediately; its folder is made where there is none.
 * @param server `serverScript` is the absolute path of the time server (gateway/builtin/time-server.mjs)
 * @throws RegistryCustodyError; the system's error; its code is EEXIST where there is a registry, which stays untouched
 */
export async function createDefaultRegistry(path: string, server: FirstServer): Promise<DefaultRegistry> {
  const tokens = new Map(clientIds.map((id) => [id, randomBytes(32).toString('base64url')]));
  const text = defaultText(tokens, server);
  await mkdir(dirname(path), { recursive: true });
  if (!existsSync(path)) await requireFolderCustody(dirname(path));
  try {
    await writeDurably(path, text);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') await rm(path, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
  return { text, tokens };
}

function defaultText(tokens: ReadonlyMap<string, string>, { serverScript, runtime }: FirstServer): string {
  const clients = [...tokens].map(
    ([id, token]) => `  ${id}:\n    token: ${JSON.stringify(token)}\n    allow_servers: ["time"]\n`,
  );
  return `# The LMCP registry: who may use which MCP server. It contains secrets; keep its mode at 0600 (chmod 600).
# Every key is described in docs/registry.md. Edits are picked up while LMCP runs.
lmcp:
  host: 127.0.0.1
  port: 7345
  audit_log: logs/audit.log
  loopback_only: true
  # Uncomment the next line with a secret of your own to enable management, or run: lmcp management enable
  # management_token: "replace-me"

clients:
${clients.join('\n')}
servers:
  # A small server that comes with LMCP and works immediately: the time, in any time zone.
  time:
    transport: stdio
    command: node
    args: [${JSON.stringify(serverScript)}]${runtime === undefined ? '' : `\n    runtime: ${runtime}`}
    tool_policy:
      mode: allow_all
`;
}
