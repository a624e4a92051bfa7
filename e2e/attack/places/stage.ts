import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { root, TestGateway } from '../../harness/gateway.ts';
import { recordedMessages } from '../../harness/recording/recorded.ts';
import { callerNamed, callTool, rpc } from '../../harness/rpc.ts';
import { fixture } from '../../harness/servers.ts';
import { launchChromium } from '../../ui/harness/browser.ts';
import type { Attempt } from '../attempt.ts';
import { Site } from '../stage.ts';
import { Deceiver } from './deceiver.ts';

export const managementToken = 'management-token-0123456789';
/** Uses every server. */
export const victim = callerNamed('victim');
/** Has the narrowest policy. */
export const tight = callerNamed('tight');
/** May send one request a minute, and has sent it. */
export const limited = callerNamed('limited');
/** Its credentials are known to a web page. */
export const visited = callerNamed('visited');
/** What a server of the registry is given. */
export const apiKey = 'kP9+wX/2 vL"7qZ&1';
/** A variable of the gateway's own environment. */
export const ownVariable = 'SECRET_OF_THE_GATEWAY';

const hostile = [
  'crash',
  'crash-late',
  'half-line',
  'never-initialize',
  'never-read',
  'old',
  'no-revision',
  'long-introduction',
] as const;
const leaking = ['refuse', 'exit', 'revision', 'list', 'tell'] as const;

/** What no attacker may be told. */
export const secrets: readonly string[] = [
  managementToken,
  ...[victim, tight, limited, visited].map(({ token }) => token),
  apiKey,
];

/** One running gateway, and what attackers have beside it. */
export interface Attacked extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly deceiver: Deceiver;
  readonly browser: Browser;
  readonly site: Site;
  /** The session of a client that is connected meanwhile. */
  readonly session: string;
  /** File with the process ids of the server `daemon` and of its descendants. */
  readonly pidFile: string;
  /** Requests that have reached the server `recording`, beside those for its lists. */
  readonly forwarded: () => Promise<number>;
}

export type PlaceAttempt = Attempt<Attacked>;

export async function openStage(): Promise<Attacked> {
  await using opened = new AsyncDisposableStack();
  const deceiver = opened.use(await Deceiver.start());
  const gateway = opened.use(await TestGateway.prepare({}));
  const [file, pidFile, lists] = ['received', 'pids', 'lists'].map((name) => join(gateway.folder, name)) as [
    string,
    string,
    string,
  ];
  const servers = serversOf({ file, pidFile, lists, deceiver });
  await deceiver.list(lists);
  const all = Object.keys(servers);
  await gateway.writeRegistry({
    lmcp: { management_token: managementToken, max_result_mib: 2, oauth: true },
    clients: {
      victim: { token: victim.token, allow_servers: all },
      tight: {
        token: tight.token,
        allow_servers: ['recording', 'lenient', 'hiding'],
        tool_policy: { recording: { mode: 'allow_list', allow_tools: ['echo'] } },
      },
      limited: { token: limited.token, allow_servers: ['recording'], rate_limit_rpm: 1 },
      visited: { token: visited.token, allow_servers: ['recording'] },
    },
    servers,
  });
  // Other users get as far as the modes of the files themselves let them.
  for (const folder of [gateway.folder, join(gateway.folder, 'config')]) await chmod(folder, 0o755);
  await gateway.run({ [ownVariable]: apiKey });
  const site = opened.use(await Site.open());
  const browser = await launchChromium(['--host-resolver-rules=MAP evil.example 127.0.0.1']);
  opened.defer(() => browser.close());
  await callTool(gateway, limited, 'recording__echo');
  const handshake = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'v', version: '1' },
  };
  const { headers } = await rpc(gateway, victim, 'initialize', handshake);
  const everything = opened.move();
  return {
    ...{ gateway, deceiver, browser, site, pidFile },
    session: headers.get('mcp-session-id') ?? '',
    forwarded: async () => {
      const methods = ['tools/call', 'prompts/get', 'resources/read', 'completion/complete'];
      const messages = await Promise.all(methods.map((method) => recordedMessages(file, method)));
      return messages.flat().length;
    },
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

interface Files {
  readonly file: string;
  readonly pidFile: string;
  readonly lists: string;
  readonly deceiver: Deceiver;
}

function serversOf({ file, pidFile, lists, deceiver }: Files): Record<string, object> {
  const timeouts = { initialize_s: 2, tools_list_s: 2, tools_call_s: 5 };
  const env = { API_KEY: apiKey };
  const asking = { ...fixture('odd/asking-server.ts'), unlisted_tools: 'allow' };
  return {
    recording: { ...fixture('recording-server.ts', file), tool_policy: { deny_tools: ['secret'] }, env },
    lenient: { ...fixture('lenient-server.ts'), tool_policy: { deny_tools: ['delete_notes'] } },
    hiding: fixture('hiding-server.ts'),
    plain: fixture('plain-server.ts'),
    hostile: { ...fixture('hostile-server.ts'), timeouts },
    daemon: fixture('hostile-server.ts', '--daemon', '--deaf', `--pid-file=${pidFile}`),
    asking,
    quiet: { ...asking, client_requests: { sampling: 'deny', elicitation: 'deny', roots: 'deny' } },
    pinned: { ...fixture('changing-server.ts', lists), pin_tools: true },
    ...Object.fromEntries(
      hostile.map((flag) => [flag, { ...fixture('hostile-server.ts', `--${flag}`), timeouts }]),
    ),
    ...Object.fromEntries(
      leaking.map((mode) => [
        `leaking-${mode}`,
        { ...fixture('leaking-server.ts', mode, '--api-key', apiKey), env: { KEY: apiKey }, timeouts },
      ]),
    ),
    ...Object.fromEntries(
      deceiver.ways.map((way) => [
        way,
        { transport: 'http', url: deceiver.urlOf(way), headers: { 'X-Key': apiKey }, timeouts },
      ]),
    ),
  };
}

export const servers = { hostile, leaking };
/** The program as a user has it. */
export const main = join(root, 'gateway/src/main.ts');
