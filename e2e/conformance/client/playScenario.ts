import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { post } from '../../harness/rpc.ts';
import { parameterHeaders } from './parameterHeaders.ts';
import { callsOf, type ListedTool, type Scenario } from './scenario.ts';

type Headers = Readonly<Record<string, string>>;

/** Lists and calls the tools of a scenario's server as a client of its revision does. Failed calls are answers, too. */
export function playScenario(scenario: Scenario, endpoint: string, headers: Headers): Promise<void> {
  return scenario.revision === '2026-07-28'
    ? playStateless(scenario, endpoint, headers)
    : playLegacy(scenario, endpoint, headers);
}

async function playLegacy(scenario: Scenario, endpoint: string, headers: Headers): Promise<void> {
  const elicitation = { form: { applyDefaults: true } };
  const client = new Client({ name: 'suite', version: '1' }, { capabilities: { elicitation } });
  client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: {} }));
  const transport = new StreamableHTTPClientTransport(new URL(endpoint), { requestInit: { headers } });
  try {
    await client.connect(transport);
    const { tools } = await client.listTools();
    for (const call of callsOf(scenario, tools))
      await client.callTool({ ...call, arguments: { ...call.arguments } }).catch(() => undefined);
  } finally {
    await client.close();
  }
}

async function playStateless(scenario: Scenario, endpoint: string, headers: Headers): Promise<void> {
  let id = 0;
  const ask = async (
    method: string,
    params: Record<string, unknown>,
    more: Headers = {},
  ): Promise<Record<string, unknown>> => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': scenario.revision,
      'io.modelcontextprotocol/clientInfo': { name: 'suite', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': { elicitation: {}, sampling: {}, roots: {} },
    };
    const { body } = await post(
      endpoint,
      JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params: { ...params, _meta } }),
      {
        ...headers,
        ...more,
        'MCP-Protocol-Version': scenario.revision,
        'Mcp-Method': method,
        ...(typeof params['name'] === 'string' && { 'Mcp-Name': params['name'] }),
      },
    );
    return body.result ?? {};
  };
  const { tools = [] } = (await ask('tools/list', {})) as { tools?: ListedTool[] };
  const waiting: (() => Promise<unknown>)[] = [];
  for (const call of callsOf(scenario, tools)) {
    const tool = tools.find(({ name }) => name === call.name);
    const mirrored = parameterHeaders(tool?.inputSchema, call.arguments);
    const { inputRequests, requestState } = await ask('tools/call', { ...call }, mirrored);
    if (inputRequests === undefined && requestState === undefined) continue;
    const keys = Object.keys(inputRequests ?? {});
    const accepted = { action: 'accept', content: { confirmed: true } };
    const inputResponses = Object.fromEntries(keys.map((key) => [key, accepted]));
    waiting.push(() =>
      ask('tools/call', { ...call, inputResponses, ...(requestState !== undefined && { requestState }) }),
    );
  }
  // After all other calls: what belongs to one must not come with another.
  for (const retry of waiting) await retry();
}
