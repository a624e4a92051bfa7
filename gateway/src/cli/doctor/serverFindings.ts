import type { ServerAnswer, ServerTestAnswer } from '../../api/servers.ts';
import type { CommandContext } from '../commandContext.ts';
import { CommandFailure } from '../exitCodes.ts';
import { withGateway } from '../live/gatewayFor.ts';
import { serverPath } from '../live/serverTools.ts';
import { withManagement, type AskManagement } from '../live/withManagement.ts';
import { requireChosen } from '../registry/chosenRegistry.ts';
import type { RegistryFile } from '../registry/registryFile.ts';
import { doubtful, fine, wrong, type Finding } from './finding.ts';

/** Starts each enabled server, in the running gateway or in one of this command. */
export async function serverFindings(
  context: CommandContext,
  file: RegistryFile,
): Promise<readonly Finding[]> {
  const enabled = [...file.registry.servers.values()].filter((server) => server.enabled);
  if (enabled.length === 0)
    return [doubtful('servers', 'the registry has none', context.commandLine('import'))];
  try {
    await requireChosen(context);
    return await withGateway(context, file, undefined, (reach, signInCode) =>
      withManagement(file, reach, signInCode, (ask) =>
        Promise.all(enabled.map(({ id }) => tested(context, ask, id))),
      ),
    );
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return [
      doubtful('servers', `they were not started: ${error.message}`, context.commandLine('test <server>')),
    ];
  }
}

async function tested(context: CommandContext, ask: AskManagement, id: string): Promise<Finding> {
  try {
    const { steps } = (await ask(`${serverPath(id)}/test`, {})) as unknown as ServerTestAnswer;
    const failed = steps.find(({ passed }) => !passed);
    // Also of one that works: a sign-in that ends is told of before it does.
    const { server } = (await ask(serverPath(id))) as unknown as ServerAnswer;
    if (server.health.action === 'sign_in') {
      const tell = failed === undefined ? doubtful : wrong;
      return tell('servers', `${id}: ${server.health.summary}`, context.commandLine(`login ${id}`));
    }
    if (failed === undefined) return fine('servers', `${id}: ${steps.at(-1)?.words ?? ''}`);
    return wrong('servers', `${id}: ${failed.words}`, context.commandLine(`test ${id}`));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return wrong('servers', `${id}: ${error.message}`, context.commandLine(`test ${id}`));
  }
}
