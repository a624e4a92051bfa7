import { openListenStream } from '../../harness/listen.ts';
import { callerNamed, callTool, credentialsOf, post, rpc } from '../../harness/rpc.ts';
import { fixture } from '../../harness/servers.ts';
import { openSocket } from '../../harness/socket.ts';
import { pause, turns, type Setting } from '../setting.ts';

const limited = callerNamed('limited');
const greedy = callerNamed('greedy');
const prey = callerNamed('prey');

/** Clients and servers that attack; the registry also has what they attack. */
export const attacking = {
  clients: {
    limited: { token: limited.token, allow_servers: ['plain'], rate_limit_rpm: 60 },
    greedy: { token: greedy.token, allow_servers: ['plain', 'shared'] },
    prey: { token: prey.token, allow_servers: ['attacker'] },
  },
  servers: { attacker: { ...fixture('hostile-server.ts'), timeouts: { tools_call_s: 2 } } },
} as const;

/** All attacks at the same time, until the setting's signal. */
export function attackers(setting: Setting): Promise<void>[] {
  return [strangers, silent, pages, flooder, grabber, hostile].map((attack) => attack(setting));
}

/** A hundred bodies that never end, and guesses. */
function strangers(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  const said = `POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1048576\r\n\r\n${' '.repeat(262_144)}`;
  return turns(setting, 'strangers', async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, () => openSocket(gateway, said)));
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    await Promise.all(
      Array.from({ length: 20 }, (_, i) => rpc(gateway, { id: 'prey', token: `guess-${i}` }, 'tools/list')),
    );
    for (const socket of sockets) socket.destroy();
    seen.count('bodies of strangers');
    await pause(100, signal);
  });
}

/** Connections that say nothing. */
function silent(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  return turns(setting, 'silent connections', async () => {
    const sockets = await Promise.all(Array.from({ length: 500 }, () => openSocket(gateway)));
    for (const socket of sockets) socket.on('error', () => undefined).resume();
    await pause(2_000, signal);
    for (const socket of sockets) socket.destroy();
    seen.count('silent connections');
  });
}

/** As a browser sends them for a page of another site. */
function pages(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  const headers = { ...credentialsOf(prey), 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' };
  return turns(setting, 'web pages', async () => {
    for (const path of ['/auth-check', '/events', '/status', '/mcp']) {
      const answer = await fetch(gateway.origin + path, { headers });
      await answer.text();
      if (answer.status < 400) seen.count('pages of other sites that got through');
    }
    seen.count('web pages');
    await pause(20, signal);
  });
}

/** Over its limit, in batches, by names that no server has. */
function flooder(setting: Setting): Promise<void> {
  const { gateway, seen } = setting;
  return turns(setting, 'floods', async (i) => {
    const batch = Array.from({ length: 100 }, (_, id) => ({
      ...{ jsonrpc: '2.0', id, method: 'tools/call' },
      params: { name: `plain__${i}${'x'.repeat(2_000)}` },
    }));
    await post(`${gateway.origin}/mcp`, JSON.stringify(batch), credentialsOf(limited));
    seen.count('floods');
  });
}

/** Sessions, streams, instances by capabilities, calls that stay open, numbers in bulk. */
function grabber(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  const dropped = new AbortController();
  signal.addEventListener('abort', () => dropped.abort());
  const numbers = `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":[${'1e1,'.repeat(200_000)}1]}}`;
  return turns(setting, 'grabs', async (i) => {
    const declared = ['sampling', 'elicitation', 'roots'].filter((_, bit) => ((i >> bit) & 1) === 1);
    const capabilities = Object.fromEntries(declared.map((kind) => [kind, {}]));
    const params = { protocolVersion: '2025-06-18', capabilities, clientInfo: { name: 'g', version: '1' } };
    const { headers } = await rpc(gateway, greedy, 'initialize', params);
    const session = { 'Mcp-Session-Id': headers.get('mcp-session-id') ?? '' };
    const slow = { name: 'shared__slow', arguments: { ms: 5_000 } };
    void rpc(gateway, greedy, 'tools/call', slow, { headers: session }).catch(() => undefined);
    const stream = await openListenStream(gateway, greedy, { toolsListChanged: true }, dropped.signal);
    stream.body?.pipeTo(new WritableStream()).catch(() => undefined);
    await post(`${gateway.origin}/mcp`, numbers, credentialsOf(greedy));
    seen.count('grabs');
    await pause(20, signal);
  });
}

/** A server that does what it can to the gateway, called by its own client. */
function hostile(setting: Setting): Promise<void> {
  const { gateway, seen } = setting;
  const attacks: readonly (readonly [tool: string, args?: object])[] = [
    ['huge'],
    ['flood_line'],
    ['numbers', { bytes: 8_000_000 }],
    ['flood_stderr'],
    ['garbage', { lines: 10_000 }],
    ['flood_stdout'],
    ['foreign'],
    ['duplicate'],
    ['half'],
    ['kill'],
  ];
  return turns(setting, 'hostile calls', async (i) => {
    const [tool, args = {}] = attacks[i % attacks.length] ?? ['huge'];
    await callTool(gateway, prey, `attacker__${tool}`, args);
    seen.count('hostile calls');
  });
}
