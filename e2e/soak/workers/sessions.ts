import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { openListenStream } from '../../harness/listen.ts';
import { credentialsOf, type Caller } from '../../harness/rpc.ts';
import { pause, turns, type Setting } from '../setting.ts';

/** Clients of the eras with sessions: most go away without a word, as most clients do. */
export function sessionClient(setting: Setting, who: Caller): Promise<void> {
  const { gateway, seen } = setting;
  return turns(setting, 'sessions', async (i) => {
    const client = new ClientV1({ name: 'soak', version: '1' });
    const transport = new TransportV1(new URL(`${gateway.origin}/mcp`), {
      requestInit: { headers: credentialsOf(who) },
    });
    try {
      await client.connect(transport);
      await client.listTools();
      for (let call = 0; call < 5; call++) {
        const onprogress = (): void => seen.count('progress notifications');
        await client.callTool({ name: 'plain__slow', arguments: { ms: 20 } }, undefined, { onprogress });
      }
      await client.callTool({ name: 'plain__add_tool', arguments: {} });
      if (i % 3 === 0) await transport.terminateSession();
      seen.count('sessions');
    } finally {
      await client.close();
    }
    await pause(100, setting.signal);
  });
}

/** Clients of the era without sessions. */
export function statelessClient(setting: Setting, who: Caller): Promise<void> {
  const { gateway, seen } = setting;
  return turns(setting, 'stateless clients', async () => {
    const client = new ClientV2(
      { name: 'soak', version: '2' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    );
    const requestInit = { headers: credentialsOf(who) };
    try {
      await client.connect(new TransportV2(new URL(`${gateway.origin}/mcp`), { requestInit }));
      await client.listTools();
      for (let call = 0; call < 5; call++) await client.callTool({ name: 'remote__test_simple_text' });
      seen.count('stateless clients');
    } finally {
      await client.close();
    }
    await pause(100, setting.signal);
  });
}

/** Streams that are opened, listened to for a moment, and dropped. */
export function listener(setting: Setting, who: Caller): Promise<void> {
  const { gateway, seen } = setting;
  return turns(setting, 'streams', async () => {
    const dropped = new AbortController();
    const answer = await openListenStream(gateway, who, { toolsListChanged: true }, dropped.signal);
    await answer.body?.getReader().read();
    await pause(Math.random() * 1_000, setting.signal);
    dropped.abort();
    seen.count('streams');
  });
}
