import type { ServerAnswer, ServerTool } from '../../api/servers.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { managementRequest } from './request/managementRequest.ts';

/** What the running gateway knows of a server's tools; null where it has not asked the server yet. @throws CommandFailure */
export async function toolsOf(file: RegistryFile, serverId: string): Promise<readonly ServerTool[] | null> {
  const { server } = (await managementRequest(file, serverPath(serverId))) as unknown as ServerAnswer;
  return server.tools;
}

export function serverPath(serverId: string): string {
  return `/management/servers/${encodeURIComponent(serverId)}`;
}
