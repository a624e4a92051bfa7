import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../gateway.ts';

/** The script of a program of e2e/applications/package.json. */
export function application(name: 'codex' | 'gemini' | 'mcp-proxy' | 'supergateway'): string {
  const path = join(root, '.runtime/applications/node_modules/.bin', name);
  if (!existsSync(path))
    throw new Error(`${path} is missing: run npm test -- --all once, it installs the applications`);
  return realpathSync(path);
}
