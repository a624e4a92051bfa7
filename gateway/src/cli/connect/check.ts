import type { Application } from '../../connect/applications/application.ts';
import { standingOf, type Checked } from '../../connect/write/standing.ts';
import type { Endpoint } from '../../endpoint.ts';
import type { Terminal } from '../output/terminal.ts';
import { fileOf } from './applicationFile.ts';
import type { RegistryFile } from '../registry/registryFile.ts';

/** Looks at the file of each application. */
export function checkApplications(
  registryFile: RegistryFile,
  asked: readonly Application[],
  terminal: Terminal,
  endpoint: Endpoint,
  options: { readonly file?: string; readonly project?: true } = {},
): Promise<Checked[]> {
  return Promise.all(
    asked.map((one) => standingOf(registryFile, one, fileOf(one, terminal, options), endpoint)),
  );
}
