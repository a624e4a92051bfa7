import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runToEnd } from '../../harness/commandLine.ts';
import type { TestGateway } from '../../harness/gateway.ts';
import { callTool } from '../../harness/rpc.ts';
import { judged, type Outcome } from '../attempt.ts';
import { fromHostUser } from '../probe.ts';
import { main, secrets, victim, type Attacked, type PlaceAttempt } from './stage.ts';

const place = 'another user';
const uid = 65_534;

/** Node, as that user; gives what it printed, or why it could not. */
function asUser(source: string, ...args: string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', source, ...args], { uid, gid: uid, cwd: '/' }, (error, stdout) =>
      resolve(stdout === '' && error !== null ? error.message : stdout),
    );
  });
}

const tried = (expression: string): string =>
  `try { console.log('got ' + ${expression}); } catch (error) { console.log(error.code ?? error.message); }`;

/** An action that the system must deny. */
const attempt = (
  what: string,
  expression: string,
  args: (on: Attacked) => readonly string[] | Promise<readonly string[]>,
): PlaceAttempt => [
  place,
  what,
  async (on) => {
    const given = await args(on);
    const said = (await asUser(tried(expression), ...given)).trim();
    // What is not there would be denied to everybody.
    const missing = given.find((path) => path.startsWith('/') && !existsSync(path) && expression !== write);
    return {
      through: missing !== undefined || !/^E(?:ACCES|PERM)$/.test(said),
      by: missing ?? said.slice(0, 90),
    };
  },
];

const fs = `require('node:fs')`;
const read = `${fs}.readFileSync(process.argv[1], 'utf8').length + ' bytes'`;
const list = `${fs}.readdirSync(process.argv[1]).length + ' names'`;
const write = `${fs}.writeFileSync(process.argv[1], '#')`;
const pidOf = ({ gateway }: Attacked): string => String(gateway.process?.pid);
const inConfig =
  (name: string) =>
  ({ gateway }: Attacked): string[] => [join(gateway.folder, 'config', name)];
const socketOf = ({ auditPath }: TestGateway): string =>
  (JSON.parse(readFileSync(`${auditPath}.run`, 'utf8')) as { socket: string }).socket;
const inProc =
  (name: string) =>
  (on: Attacked): string[] => [`/proc/${pidOf(on)}/${name}`];

const files: readonly PlaceAttempt[] = [
  attempt('reads the registry', read, ({ gateway }) => [gateway.registryPath]),
  attempt('changes the registry', write, ({ gateway }) => [gateway.registryPath]),
  attempt('puts a registry beside it', write, inConfig('other.yaml')),
  attempt('removes the registry', `${fs}.rmSync(process.argv[1])`, ({ gateway }) => [gateway.registryPath]),
  attempt('reads the key that proves the gateway', read, inConfig('gateway.key')),
  attempt('reads what is remembered of lists', list, inConfig('.lists')),
  attempt('reads the known tools', read, inConfig('.lists/recording.json')),
  attempt('reads the audit log', read, ({ gateway }) => [gateway.auditPath]),
  attempt('changes the audit log', `${fs}.appendFileSync(process.argv[1], 'x')`, ({ gateway }) => [
    gateway.auditPath,
  ]),
  attempt('removes the audit log', `${fs}.rmSync(process.argv[1])`, ({ gateway }) => [gateway.auditPath]),
  attempt('reads where the gateway runs', read, ({ gateway }) => [`${gateway.auditPath}.run`]),
  attempt('looks into the folder of the socket', list, ({ gateway }) => [dirname(socketOf(gateway))]),
];
const processes: readonly PlaceAttempt[] = [
  attempt('ends the gateway', `process.kill(Number(process.argv[1]), 'SIGKILL')`, (on) => [pidOf(on)]),
  attempt('opens the gateway’s debugger', `process.kill(Number(process.argv[1]), 'SIGUSR1')`, (on) => [
    pidOf(on),
  ]),
  attempt('reads the gateway’s environment', read, inProc('environ')),
  attempt('reads the gateway’s memory', `${fs}.openSync(process.argv[1])`, inProc('mem')),
  attempt('opens the gateway’s files', list, inProc('fd')),
  attempt('looks into the gateway’s folder through /proc', list, inProc('cwd')),
];

const says: readonly PlaceAttempt[] = [
  [
    place,
    'reads command lines of all processes',
    async ({ gateway }) => {
      const source = `const fs = ${fs}; for (const pid of fs.readdirSync('/proc').filter(Number)) {
        try { console.log(fs.readFileSync('/proc/' + pid + '/cmdline', 'latin1')); } catch {} }`;
      const said = await asUser(source);
      const own = gateway.process?.spawnargs.slice(1).join('\0');
      const told = secrets.find((secret) => said.includes(secret) && !said.includes('--api-key'));
      return {
        // Without the gateway's own among them nothing was read.
        through: told !== undefined || own === undefined || !said.includes(own),
        by: told ?? 'no token is in them',
      };
    },
  ],
  ...(['/registry/view', '/management/clients', '/mcp', '/auth-check'] as const).map((path): PlaceAttempt => [
    place,
    `asks for ${path} over TCP`,
    async ({ gateway }) =>
      judged(
        await fromHostUser({
          host: '127.0.0.1',
          port: gateway.port,
          path,
          headers: { Host: `127.0.0.1:${gateway.port}` },
        }),
      ),
  ]),
  [
    place,
    'talks through the gateway’s socket',
    async ({ gateway }) =>
      judged(await fromHostUser({ socketPath: socketOf(gateway), path: '/registry/view' })),
  ],
  [
    place,
    'takes the port at the other loopback address',
    async ({ gateway }) => {
      const source = `const server = require('node:net').createServer();
        server.on('error', (error) => console.log(error.code));
        server.listen({ port: Number(process.argv[1]), host: '::1', ipv6Only: true }, () => { console.log('got it'); server.close(); });`;
      const said = (await asUser(source, String(gateway.port))).trim();
      return { through: !/^EADDR(?:INUSE|NOTAVAIL)$/.test(said), by: said };
    },
  ],
  [place, 'leaves a registry where commands are run', planted],
];

/** A command in a folder of that user, run by ours. */
async function planted({ gateway }: Attacked): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'lmcp-planted-'));
  const [config, ran] = [join(folder, 'config/registry.yaml'), join(folder, 'ran')];
  await mkdir(join(folder, 'config'));
  const command = JSON.stringify(`require('node:fs').writeFileSync(${JSON.stringify(ran)}, '')`);
  await writeFile(
    config,
    `clients: {}\nservers:\n  bad:\n    transport: stdio\n    command: ${process.execPath}\n    args: [-e, ${command}]\n`,
  );
  await chmod(config, 0o600);
  for (const path of [folder, join(folder, 'config'), config]) await chown(path, uid, uid);
  const results = await Promise.all(
    [
      ['test', 'bad'],
      ['call', 'bad', 'x'],
      ['serve', '--no-open'],
    ].map((args) => runToEnd([main, ...args], { cwd: folder })),
  );
  const left = await asUser(`console.log(${fs}.existsSync(process.argv[1]))`, ran);
  await rm(folder, { recursive: true });
  const { body } = await callTool(gateway, victim, 'plain__echo');
  const through =
    left.trim() === 'true' || results.some(({ code }) => code === 0) || body.result === undefined;
  return { through, by: (results[0]?.stderr ?? '').replace(/\s+/g, ' ').slice(0, 90) };
}

/** What another user of the machine tries, without any right of root. */
export const userAttempts: readonly PlaceAttempt[] = [...files, ...processes, ...says];
