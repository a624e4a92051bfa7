import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { UpstreamError } from '../../errors.ts';
import type { ProcessServer } from '../../registry/types.ts';
import type { OpenChannel } from '../types.ts';
import { childEnvironment } from './environment.ts';
import { ProcessChannel } from './processChannel.ts';
import { Watchdog } from './watchdog.ts';

/**
 * Opens servers as child processes of the gateway: an argv array and never a shell, an environment of their own, a
 * process group of their own. One opener serves all servers of a gateway.
 */
export function createProcessOpener(): OpenChannel<ProcessServer> {
  const prefix = randomBytes(12).toString('hex');
  const watchdog = new Watchdog(prefix);
  let started = 0;
  return async function openProcess(server, events, signal) {
    if (signal.aborted) throw new UpstreamError('stopped', `Server "${server.id}" is being stopped.`);
    watchdog.ensure();
    const mark = `${prefix}.${++started}`;
    const child = start(server, mark);
    await spawned(child, server);
    return new ProcessChannel({ child, server, mark, events, watchdog });
  };
}

function start(server: ProcessServer, mark: string): ChildProcessWithoutNullStreams {
  try {
    return spawn(server.command, server.args, {
      cwd: server.cwd,
      env: childEnvironment(process.env, server.env, mark, process.platform),
      stdio: ['pipe', 'pipe', 'pipe'],
      shell: false,
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
  } catch (error) {
    throw startError(server, error);
  }
}

/** @throws UpstreamError when the operating system could not start it */
function spawned(child: ChildProcessWithoutNullStreams, server: ProcessServer): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(startError(server, error)));
  });
}

function startError(server: ProcessServer, error: unknown): UpstreamError {
  const { code, message } = error as NodeJS.ErrnoException;
  const where = `servers.${server.id}`;
  const detail = `${message} (command ${JSON.stringify(server.command)})`;
  if (server.cwd !== undefined && !existsSync(server.cwd)) {
    const text = `Server "${server.id}" could not be started: its working folder does not exist. Correct ${where}.cwd in the registry.`;
    return new UpstreamError('start_failed', text, `${message} (folder ${JSON.stringify(server.cwd)})`);
  }
  if (code === 'ENOENT') {
    const text = `Server "${server.id}" could not be started: its command was not found. Install it, or correct ${where}.command in the registry.`;
    return new UpstreamError('command_not_found', text, detail);
  }
  if (code === 'EACCES') {
    const text = `Server "${server.id}" could not be started: its command may not be executed. Correct its permissions, or ${where}.command in the registry.`;
    return new UpstreamError('command_not_found', text, detail);
  }
  return new UpstreamError(
    'start_failed',
    `Server "${server.id}" could not be started by the system.`,
    detail,
  );
}
