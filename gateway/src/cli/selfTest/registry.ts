import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyPatch } from '../../registry/edit/patch.ts';
import { RegistryInvalidError } from '../../registry/yaml/problem.ts';
import { newToken } from '../../clients/newToken.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** A registry with the same clients, servers and policies, but tokens and a log of its own. */
export interface TestRegistry {
  readonly path: string;
  readonly auditLog: string;
  /** By client id. */
  readonly tokens: ReadonlyMap<string, string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Copies the registry into a folder of its own, so that a test needs no client's token and leaves no line in the real log; limits
 * are lifted, since the checks come faster than clients do.
 */
export async function copyForTest(file: RegistryFile): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-self-test-'));
  const path = join(folder, 'registry.yaml');
  const auditLog = join(folder, 'logs', 'audit.log');
  const fresh = new Map([...file.registry.clients.keys()].map((id) => [id, newToken()]));
  const clients = Object.fromEntries(
    [...fresh].map(([id, { sha256 }]) => [
      id,
      { token: null, token_file: null, token_sha256: sha256, rate_limit_rpm: null },
    ]),
  );
  const patched = applyPatch(file.text, { lmcp: { audit_log: auditLog, rate_limit_rpm: null }, clients });
  if (!patched.ok) throw new RegistryInvalidError(patched.problems, file.text, file.path);
  await writeFile(path, patched.text, { mode: 0o600 });
  const tokens = new Map([...fresh].map(([id, { token }]) => [id, token]));
  return {
    path,
    auditLog,
    tokens,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
