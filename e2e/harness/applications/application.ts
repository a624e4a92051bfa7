import { existsSync, realpathSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { runLmcp } from '../commandLine.ts';
import { root, type TestGateway } from '../gateway.ts';
import type { Caller } from '../rpc.ts';

/** A file of a package of e2e/applications/package.json. */
export function installed(path: string): string {
  const found = join(root, '.runtime/applications/node_modules', path);
  if (!existsSync(found))
    throw new Error(`${found} is missing: run npm test -- --all once, it installs the applications`);
  return realpathSync(found);
}

/** The script of a program of e2e/applications/package.json. */
export function application(
  name: 'cline' | 'cn' | 'code-server' | 'codex' | 'copilot' | 'gemini' | 'mcp-proxy' | 'supergateway',
): string {
  return installed(`.bin/${name}`);
}

/** A person's own folder of an application, for `connectApplication`. */
export function applicationHome(gateway: TestGateway, app: string): Promise<string> {
  return mkdtemp(join(gateway.folder, `${app}-`));
}

/** Connects an application as this client, as people do: `lmcp connect` writes its file. @param home the person's own folder */
export async function connectApplication(
  gateway: TestGateway,
  app: string,
  { id }: Caller,
  home: string,
): Promise<void> {
  const args = ['connect', app, '--client', id, '--yes'];
  const env = { HOME: home, LMCP_REGISTRY: gateway.registryPath };
  const { code, stderr } = await runLmcp(home, args, env);
  if (code !== 0) throw new Error(`lmcp connect ${app} exited with ${String(code)}: ${stderr}`);
}
