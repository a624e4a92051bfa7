import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import ssh2, { type Connection, type Server } from 'ssh2';

/** An SSH server on loopback that takes one key, leads to Unix sockets, and runs what a tunnel waits by. */
export class SshServer implements AsyncDisposable {
  readonly port: number;
  /** For a gateway: its `ssh` is the real one, with a configuration of the test alone. */
  readonly env: Readonly<Record<string, string>>;
  /** Commands that were run. */
  readonly commands: string[];
  readonly #server: Server;
  readonly #folder: string;
  readonly #clients: Set<Connection>;

  private constructor(
    parts: Pick<SshServer, 'env' | 'commands'> & { server: Server; folder: string; clients: Set<Connection> },
  ) {
    this.port = (parts.server.address() as AddressInfo).port;
    this.env = parts.env;
    this.commands = parts.commands;
    this.#server = parts.server;
    this.#folder = parts.folder;
    this.#clients = parts.clients;
  }

  static async listen(): Promise<SshServer> {
    const folder = await mkdtemp(join(tmpdir(), 'lmcp-sshd-'));
    for (const name of ['host', 'user'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
    const userKey = ssh2.utils.parseKey(await readFile(join(folder, 'user.pub')));
    if (userKey instanceof Error) throw userKey;
    const clients = new Set<Connection>();
    const commands: string[] = [];
    const hostKeys = [await readFile(join(folder, 'host'))];
    const server = new ssh2.Server({ hostKeys }, (client) => {
      clients.add(client);
      client.on('close', () => clients.delete(client));
      client.on('error', () => undefined);
      client.on('authentication', (attempt) => {
        const isKnown =
          attempt.method === 'publickey' &&
          attempt.key.data.equals(userKey.getPublicSSH()) &&
          (attempt.signature === undefined || userKey.verify(attempt.blob ?? '', attempt.signature));
        if (isKnown) attempt.accept();
        else attempt.reject(['publickey']);
      });
      client.on('openssh.streamlocal', (accept, _reject, { socketPath }) => {
        const engine = connect(socketPath);
        const channel = accept();
        for (const stream of [engine, channel]) stream.on('error', () => undefined);
        channel.pipe(engine).pipe(channel);
      });
      client.on('session', (accept) => {
        accept().on('exec', (acceptExec, _rejectExec, { command }) => {
          commands.push(command);
          const channel = acceptExec();
          channel.write(`${/echo (\S+)/.exec(command)?.[1] ?? ''}\n`);
          channel.resume().on('end', () => {
            channel.exit(0);
            channel.end();
          });
        });
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
    const made = new SshServer({ server, folder, clients, commands, env });
    await made.#configure();
    return made;
  }

  /** A program `ssh` that is the system's, but reads the test's own files. */
  async #configure(): Promise<void> {
    const folder = this.#folder;
    const hostKey = await readFile(join(folder, 'host.pub'), 'utf8');
    await writeFile(join(folder, 'known_hosts'), `[127.0.0.1]:${this.port} ${hostKey}`);
    const configuration = `IdentityFile ${folder}/user\nIdentitiesOnly yes\nUserKnownHostsFile ${folder}/known_hosts\n`;
    await writeFile(join(folder, 'config'), configuration);
    const system = execFileSync('sh', ['-c', 'command -v ssh'], { encoding: 'utf8' }).trim();
    await writeFile(join(folder, 'ssh'), `#!/bin/sh\nexec ${system} -F ${folder}/config "$@"\n`);
    await chmod(join(folder, 'ssh'), 0o755);
  }

  get connections(): number {
    return this.#clients.size;
  }

  /** Ends every session, as a machine that restarts. */
  hangUp(): void {
    for (const client of this.#clients) client.end();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.hangUp();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
