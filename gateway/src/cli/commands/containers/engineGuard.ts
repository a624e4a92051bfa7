import { realpath } from 'node:fs/promises';
import { listenRejection } from '../../../guard/door.ts';
import { guardRules, rootProblems, type GuardRules } from '../../../registry/container/guardRules/rules.ts';
import { startGuard } from '../../../guard/startGuard.ts';
import { terminalLogger } from '../../output/terminalLogger.ts';
import {
  engineAddress,
  type EngineAddress,
} from '../../../upstream/container/docker/engine/engineAddress.ts';
import { withTls } from '../../../upstream/container/docker/engine/engineTls.ts';
import { readGuardSecret } from '../../../upstream/container/docker/engine/guardSecret.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import type { Terminal } from '../../output/terminal.ts';

/** `lmcp engine-guard`: until SIGTERM. Its rules come from its environment alone; it reads no registry. */
export async function engineGuard(terminal: Terminal): Promise<ExitCode> {
  const { env } = terminal;
  const engine = await withTls(address('DOCKER_HOST', env['DOCKER_HOST']), env).catch((error: unknown) => {
    throw new CommandFailure((error as Error).message, ExitCode.usage);
  });
  const listen = address('LMCP_GUARD_LISTEN', env['LMCP_GUARD_LISTEN'] ?? 'tcp://127.0.0.1:2375');
  const outcome = guardRules(env);
  if (!outcome.ok) throw new CommandFailure(outcome.problems.join('; '), ExitCode.usage);
  const rules = await withRealRoots(outcome.rules);
  const secret = await guardSecret(env['LMCP_GUARD_SECRET_FILE']);
  const rejection = listenRejection(listen, secret);
  if (rejection !== undefined) throw new CommandFailure(rejection, ExitCode.usage);
  const socketGroup = groupNumber(env['LMCP_GUARD_SOCKET_GROUP']);
  const guard = await startGuard({
    engine,
    listen,
    secret,
    socketGroup,
    rules,
    logger: terminalLogger(terminal),
  });
  const where = 'socketPath' in listen ? listen.socketPath : `${listen.host}:${listen.port}`;
  terminal.err(`lmcp: the engine guard of installation ${rules.instance} listens at ${where}\n`);
  await new Promise<void>((resolve) => {
    const ignore = terminal.onInterrupt(() => {
      ignore();
      resolve();
    });
  });
  await guard.close();
  return ExitCode.fine;
}

function groupNumber(written: string | undefined): number | undefined {
  if (written === undefined || written === '') return undefined;
  const group = Number(written);
  if (/^\d{1,10}$/.test(written) && group < 2 ** 32 - 1) return group;
  throw new CommandFailure('LMCP_GUARD_SOCKET_GROUP must be the number of a group', ExitCode.usage);
}

function guardSecret(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || path === '') return Promise.resolve(undefined);
  return readGuardSecret(path).catch((error: unknown) => {
    throw new CommandFailure((error as Error).message, ExitCode.usage);
  });
}

function address(name: string, written: string | undefined): EngineAddress {
  const read = engineAddress(written);
  if ('value' in read) return read.value;
  throw new CommandFailure(`${name} is not an address: ${read.fix}`, ExitCode.usage);
}

/** A root that is not there, or a link that leads into another root, would make the rules mean something else. */
async function withRealRoots(rules: GuardRules): Promise<GuardRules> {
  const real = (roots: readonly string[]): Promise<string[]> =>
    Promise.all(
      roots.map((root) =>
        realpath(root).catch(() => {
          throw new CommandFailure(`the root ${root} does not exist where the guard runs`, ExitCode.usage);
        }),
      ),
    );
  const resolved = {
    ...rules,
    readOnlyRoots: await real(rules.readOnlyRoots),
    writableRoots: await real(rules.writableRoots),
    // In compose the guard does not see these; they are compared as they are written then.
    forbidden: [...rules.forbidden, ...(await Promise.all(rules.forbidden.map(realOrWritten)))],
  };
  const problems = rootProblems(resolved);
  if (problems.length > 0) throw new CommandFailure(problems.join('; '), ExitCode.usage);
  return resolved;
}

function realOrWritten(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
