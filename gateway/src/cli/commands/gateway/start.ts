import type { CommandContext } from '../../commandContext.ts';
import type { ExitCode } from '../../exitCodes.ts';
import { findGateway } from '../../live/findGateway.ts';
import { readRegistryFile } from '../../registry/registryFile.ts';
import { open } from './open.ts';
import { serve } from './serve.ts';

interface StartOptions {
  readonly port?: number;
}

/** `lmcp start`, and `lmcp` alone on a terminal: opens the interface of the gateway that runs, else serves. */
export async function start(context: CommandContext, options: StartOptions): Promise<ExitCode> {
  return (await isRunning(context, options)) ? open(context, options) : serve(context, options);
}

/** What is wrong with the registry is told by `serve`. */
async function isRunning(context: CommandContext, { port }: StartOptions): Promise<boolean> {
  const file = await readRegistryFile(context).catch(() => undefined);
  return file !== undefined && (await findGateway(file, port)).kind === 'running';
}
