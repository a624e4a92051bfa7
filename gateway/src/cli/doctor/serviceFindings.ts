import { access, constants } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';
import type { CommandContext } from '../commandContext.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { installedProgram, thisMachine } from '../service/installed.ts';
import { programOf } from '../service/recordedShell.ts';
import type { ServiceProgram } from '../service/service.ts';
import { serviceFor } from '../service/serviceFor.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Are the Node and the PATH that an installed service has recorded still good? Nothing where none is installed. */
export async function serviceFindings(
  context: CommandContext,
  { registry }: RegistryFile,
): Promise<readonly Finding[]> {
  const service = serviceFor(thisMachine(context.terminal), programOf(context));
  const program = await installedProgram(service);
  if (program === undefined) return [];
  const fix = context.commandLine('service install');
  const gone: Finding[] = [];
  for (const path of [program.node, program.script, program.registry])
    if (!(await isThere(path)))
      gone.push(wrong('service', `${path}, which it starts with, is not there`, fix));
  for (const server of registry.servers.values()) {
    if (server.transport !== 'stdio' || server.runtime !== 'process' || !server.enabled) continue;
    if (await isFound(server.command, program)) continue;
    gone.push(wrong('service', `its PATH has no ${server.command}, which ${server.id} needs`, fix));
  }
  return gone.length > 0 ? gone : [fine('service', `installed in ${service.file}`)];
}

async function isFound(command: string, { env }: ServiceProgram): Promise<boolean> {
  if (isAbsolute(command) || /[\\/]/.test(command)) return true;
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', '.bat', ''] : [''];
  const places = folders.flatMap((folder) => endings.map((ending) => join(folder, command + ending)));
  for (const place of places) if (await isThere(place)) return true;
  return false;
}

function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
