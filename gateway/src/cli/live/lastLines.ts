import { isRecord } from '../../json/isRecord.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { clearManagementToken } from '../../connect/write/clearTokens.ts';
import { managementRequest } from './request/managementRequest.ts';
import { serverPath } from './serverTools.ts';
import type { Terminal } from '../output/terminal.ts';

/**
 * Prints the last lines of a failed server's stderr, as the running gateway has them. It tells them to the management token alone:
 * without one here, and where no gateway runs, nothing is printed (one that a command starts for itself prints them).
 */
export async function printLastLines(
  terminal: Terminal,
  file: RegistryFile,
  serverId: string,
): Promise<void> {
  if (clearManagementToken(file) === undefined) return;
  const answer = await managementRequest(file, serverPath(serverId)).catch(() => undefined);
  const server = answer?.['server'];
  const health = isRecord(server) ? server['health'] : undefined;
  const stderr = isRecord(health) ? health['stderr'] : undefined;
  if (!Array.isArray(stderr) || stderr.length === 0) return;
  terminal.err(`the last lines of its stderr:\n${stderr.map((line) => `  ${String(line)}\n`).join('')}`);
}
