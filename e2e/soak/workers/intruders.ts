import { post, rpc } from '../../harness/rpc.ts';
import { exchangeBytes, openSocket } from '../../harness/socket.ts';
import { callers, pause, turns, type Setting } from '../setting.ts';

const head = 'POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n';

/** Everybody who should not get in: guesses, pages of other sites, and connections that say half of something. */
export function intruder(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  const url = `${gateway.origin}/mcp`;
  const attempts: readonly (() => Promise<unknown>)[] = [
    () => rpc(gateway, { id: 'first', token: `guess-${Math.random()}` }, 'tools/list'),
    () => rpc(gateway, { id: `nobody-${Math.random()}`, token: 'guess' }, 'tools/list'),
    () => post(url, '{}', { Origin: 'https://evil.example' }),
    () => post(url, '[[[[[[[[', {}),
    () => post(url, '['.repeat(100_000), {}),
    () =>
      exchangeBytes(gateway, `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 50),
    () => exchangeBytes(gateway, 'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n', 50),
    async () => {
      const socket = await openSocket(gateway, `${head}Content-Length: 1000\r\n\r\n{"json`);
      socket.on('error', () => undefined);
      await pause(1_000, signal);
      socket.destroy();
    },
  ];
  return turns(setting, 'intruders', async (i) => {
    await attempts[i % attempts.length]?.();
    seen.count('intruders');
    await pause(50, signal);
  });
}

/** A client that asks for a stream and never reads it. */
export function stalledReader(setting: Setting): Promise<void> {
  const { gateway, seen, signal } = setting;
  const who = callers[0];
  return turns(setting, 'stalled readers', async () => {
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'hostile__huge', arguments: { bytes: 2_000_000 } },
    });
    const socket = await openSocket(
      gateway,
      `${head}X-Lmcp-Client-Id: ${who?.id}\r\nX-Lmcp-Token: ${who?.token}\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    );
    socket.on('error', () => undefined);
    socket.pause();
    await pause(3_000, signal);
    socket.destroy();
    seen.count('stalled readers');
  });
}
