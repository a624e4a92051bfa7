import { usageFailure } from '../exitCodes.ts';
import { launchdAgent } from './launchdAgent.ts';
import { scheduledTask } from './scheduledTask.ts';
import { serviceStart, type Service, type ServiceMachine, type ServiceProgram } from './service.ts';
import { systemdUnit } from './systemdUnit.ts';

/**
 * The service of a machine's platform.
 * @throws CommandFailure where a path cannot be written to its file
 */
export function serviceFor(machine: ServiceMachine, program: ServiceProgram): Service {
  const texts = [program.node, program.script, program.registry, ...Object.values(program.env), machine.home];
  const unfit = texts.find((text) => /\p{Cc}/u.test(text));
  if (unfit !== undefined)
    throw usageFailure('a path with a control character cannot be written to the file of a service');
  const start = serviceStart(program);
  switch (machine.platform) {
    case 'win32':
      return scheduledTask(machine, start);
    case 'darwin':
      return launchdAgent(machine, start);
    default:
      return systemdUnit(machine, start);
  }
}
