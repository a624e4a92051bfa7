import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { printable } from '../../../../printable.ts';
import type { Field } from '../../../../registry/container/problem.ts';
import { RuntimeError } from '../../runtime/runtimeError.ts';

/** An engine's Unix socket on a machine that is reached by SSH. */
export interface SshAddress {
  readonly host: string;
  readonly user: string | undefined;
  readonly port: string | undefined;
  /** There. */
  readonly socketPath: string;
}

const longestLogin = 30_000;
const longestReason = 1_000;
const ready = 'lmcp-tunnel-ready';
/** It ends with its input, and with it the tunnel: also where the gateway was killed. */
const waiting = `echo ${ready} && exec cat >/dev/null`;

/** `DOCKER_HOST` as Docker's client reads it: `ssh://user@host:port`, with the socket's path where it is not the usual one. */
export function sshAddress(dockerHost: string): Field<SshAddress> {
  const name = String.raw`[A-Za-z0-9_][\w.-]*`;
  const form = new RegExp(
    String.raw`^ssh://(?:(${name})@)?(${name}|\[[0-9a-fA-F:]+\])(?::(\d{1,5}))?(/[^\0:]*)?$`,
  );
  const [, user, host, port, path = '/'] = form.exec(dockerHost) ?? [];
  if (host === undefined)
    return {
      message: 'DOCKER_HOST is not an address of an engine by SSH',
      fix: 'write ssh://user@host:port, and keys and the rest in the configuration of ssh',
    };
  const socketPath = path === '/' ? '/var/run/docker.sock' : path;
  return { value: { host: host.replace(/^\[|\]$/g, ''), user, port, socketPath } };
}

/** Leads from a socket of this machine, in a folder that its user alone may enter, to the engine's by one `ssh`. */
export class SshTunnel {
  readonly #address: SshAddress;
  #open: Promise<string> | undefined;

  constructor(address: SshAddress) {
    this.#address = address;
  }

  /** The path here; a tunnel that has ended is opened again. @throws RuntimeError with what ssh said */
  socketPath(): Promise<string> {
    if (this.#open !== undefined) return this.#open;
    const over = (): void => {
      if (this.#open === opened) this.#open = undefined;
    };
    const opened = this.#connect(over);
    opened.catch(over);
    this.#open = opened;
    return opened;
  }

  /** @param over is called when the tunnel has ended */
  async #connect(over: () => void): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-ssh-'));
    const remove = (): void => rmSync(folder, { recursive: true, force: true });
    process.once('exit', remove);
    const path = join(folder, 'engine.sock');
    const child = spawn('ssh', sshArguments(this.#address, path), { stdio: ['pipe', 'pipe', 'pipe'] });
    // Of itself it keeps no process alive.
    child.unref();
    for (const stream of child.stdio) (stream as Socket | null)?.unref();
    child.stdin.on('error', () => undefined);
    child.once('close', () => {
      over();
      process.removeListener('exit', remove);
      remove();
    });
    await loggedIn(child, this.#address.host);
    return path;
  }
}

function sshArguments({ host, user, port, socketPath }: SshAddress, path: string): string[] {
  const options = {
    BatchMode: 'yes',
    ControlPath: 'none',
    ExitOnForwardFailure: 'yes',
    ServerAliveInterval: '15',
    ServerAliveCountMax: '3',
  };
  return [
    '-T',
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...['-L', `${path}:${socketPath}`],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', port]),
    ...['--', host, waiting],
  ];
}

/** Resolves once the session is there, and with it the tunnel. */
function loggedIn(child: ChildProcess, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    let reason = '';
    const fail = (why: string): void => {
      child.kill();
      reject(new RuntimeError('unreachable', `ssh to ${host}: ${printable(why.trim())}`));
    };
    const timer = setTimeout(() => fail('no session within 30 s'), longestLogin);
    child.stderr?.on(
      'data',
      (chunk: Buffer) => (reason = `${reason}${chunk.toString()}`.slice(-longestReason)),
    );
    child.stdout?.on('data', (chunk: Buffer) => {
      said = `${said}${chunk.toString()}`.slice(-longestReason);
      if (!said.includes(ready)) return;
      clearTimeout(timer);
      resolve();
    });
    child.once('error', (error) => fail(error.message));
    child.once('close', () => {
      clearTimeout(timer);
      fail(reason === '' ? 'the session has ended' : reason);
    });
  });
}
