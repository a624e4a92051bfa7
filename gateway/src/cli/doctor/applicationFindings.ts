import type { Endpoint } from '../../endpoint.ts';
import type { CommandContext } from '../commandContext.ts';
import { foundApplications } from '../../connect/applications/onThisMachine.ts';
import type { Checked } from '../../connect/write/standing.ts';
import { checkApplications } from '../connect/check.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { doubtful, fine, wrong, type Finding } from './finding.ts';

/** Does each application that was found lead to this gateway? */
export async function applicationFindings(
  { terminal, commandLine }: CommandContext,
  file: RegistryFile,
  endpoint: Endpoint,
): Promise<readonly Finding[]> {
  const checked = await checkApplications(file, foundApplications(terminal.env), terminal, endpoint);
  return checked.map((one) => findingOf(one, commandLine(`connect ${one.application}`)));
}

function findingOf({ application, file, state, client }: Checked, connect: string): Finding {
  switch (state) {
    case 'connected':
      return fine('applications', `${application} is connected as ${client}`);
    case 'not_connected':
      return doubtful('applications', `${application} is not connected`, connect);
    case 'wrong_address':
      return wrong('applications', `${application} leads to another address than this gateway`, connect);
    case 'invalid_token':
      return wrong('applications', `${application} has a token that is not valid (${file})`, connect);
    case 'unreadable':
      return wrong('applications', `${file} cannot be read`, `correct ${file}`);
  }
}
