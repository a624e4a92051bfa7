import type { CommandContext } from '../commandContext.ts';
import { CommandFailure } from '../exitCodes.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { checkSecrets } from '../secret/checkSecrets.ts';
import { fine, wrong, type Finding } from './finding.ts';

/** Can each secret be read from where it comes from, the keyring included? */
export async function secretFindings(
  context: CommandContext,
  file: RegistryFile,
): Promise<readonly Finding[]> {
  try {
    const checked = await checkSecrets(context, file);
    return checked.map(({ name, problem, used_by: servers }) =>
      problem === null
        ? fine('secrets', name)
        : wrong(
            'secrets',
            `${name}: ${problem}; used by ${servers.join(', ') || 'no server'}`,
            context.commandLine(`secret set ${name}`),
          ),
    );
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [wrong('secrets', error.message, 'correct secrets.yaml beside the registry')];
  }
}
