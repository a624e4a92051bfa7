import { basename } from 'node:path';
import type { Logger } from '../../logger.ts';
import { askSignInLink } from './signInLink.ts';
import { findGateway, noGateway } from './findGateway.ts';
import type { Reach } from './request/httpRequest.ts';
import type { CommandContext } from '../commandContext.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/**
 * Does something with a gateway: the running one, or with none running one that is started for it on a free port of this
 * machine, over the same registry and the same audit log, and ended again.
 * @param use is also given what signs in to its management, without a management token
 */
export async function withGateway<T>(
  { terminal }: CommandContext,
  file: RegistryFile,
  port: number | undefined,
  use: (reach: Reach, signInCode: () => Promise<string | null>) => Promise<T>,
): Promise<T> {
  const found = await findGateway(file, port);
  if (found.kind === 'running') return use(found.reach, async () => (await askSignInLink(found.reach)).code);
  if (port !== undefined) throw noGateway(found);
  if (found.doubt !== undefined) terminal.err(`lmcp: ${found.doubt.message}\n`);
  terminal.err('lmcp: no gateway runs; starting one for this command\n');
  const { startGateway } = await import('../../gateway.ts');
  const gateway = await startGateway({
    registryPath: file.path,
    env: file.env,
    logger: warningsOnly((line) => terminal.err(`lmcp: ${basename(file.path)}: ${line}\n`)),
    overrides: { host: '127.0.0.1', port: 0 },
  });
  // A call that is under way is answered with an error then, and this ends like any failure.
  const ignore = terminal.onInterrupt(() => void gateway.close());
  try {
    return await use(gateway, () => gateway.issueSignInLink());
  } finally {
    await gateway.close();
    ignore();
  }
}

function warningsOnly(write: (line: string) => void): Logger {
  return { info: () => {}, warn: (message) => write(`warning: ${message}`), error: write };
}
