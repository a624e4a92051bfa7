import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { TestGateway, root } from '../../harness/gateway.ts';
import { memory } from '../../harness/servers.ts';
import type { Caller } from '../../harness/rpc.ts';

export const managementToken = 'management-token-of-the-tests-0123456789';
export const vscode: Caller = { id: 'vscode', token: 'token-of-vscode-0123456789abcdef' };
export const codex: Caller = { id: 'codex', token: 'token-of-codex-0123456789abcdef' };

export interface ToolboxTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: object;
}

const plain = { type: 'object', properties: {} };
export const toolboxTools: readonly ToolboxTool[] = [
  {
    name: 'greet',
    description: 'Greets somebody',
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'Whom' },
        times: { type: 'integer', default: 2 },
        loud: { type: 'boolean' },
      },
      required: ['name'],
    },
  },
  {
    name: 'erase',
    description: 'Erases <img src=x onerror="document.title=1"> everything',
    inputSchema: plain,
  },
  { name: 'list_\u202Eselif', description: 'Its name turns around\u200B', inputSchema: plain },
];

/** A gateway with two clients and two real servers, and a registry with comments as people write them. */
export async function startGateway(management = true): Promise<TestGateway> {
  const gateway = await TestGateway.prepare({});
  await writeTools(gateway, toolboxTools);
  await writeFile(gateway.registryPath, registryText(gateway, management), { mode: 0o600 });
  // What is found on this machine is what the test puts there.
  await gateway.run({ HOME: gateway.folder });
  return gateway;
}

export function writeTools(gateway: TestGateway, tools: readonly ToolboxTool[]): Promise<void> {
  return writeFile(join(gateway.folder, 'tools.json'), JSON.stringify(tools));
}

/** The registry as it is in the file. */
export async function registry(gateway: TestGateway): Promise<{
  readonly clients: Record<string, { allow_servers: string[]; tool_policy?: Record<string, unknown> }>;
  readonly servers: Record<string, { tool_policy?: unknown; command?: string }>;
}> {
  return parse(await readFile(gateway.registryPath, 'utf8')) as Awaited<ReturnType<typeof registry>>;
}

function registryText(gateway: TestGateway, management: boolean): string {
  const server = join(root, 'e2e/fixtures/toolbox-server.ts');
  const [script = ''] = memory().args;
  return `# The registry of the tests.
lmcp:
  port: ${gateway.port}
${management ? `  management_token: ${managementToken}\n` : ''}
clients:
  vscode: # the editor
    token: ${vscode.token}
    allow_servers: [toolbox]
  codex:
    token: ${codex.token}
    allow_servers: [] # nothing yet

servers:
  # greets and erases
  toolbox:
    transport: stdio
    command: ${JSON.stringify(process.execPath)}
    args: [${JSON.stringify(server)}, ${JSON.stringify(join(gateway.folder, 'tools.json'))}]
    tool_policy:
      mode: allow_all
      deny_tools: [erase] # too dangerous
  memory:
    transport: stdio
    command: ${JSON.stringify(process.execPath)}
    args: [${JSON.stringify(script)}]
    env:
      MEMORY_FILE_PATH: ${JSON.stringify(join(gateway.folder, 'memory.json'))}
`;
}
