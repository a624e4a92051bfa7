import { repairable } from '../fixtures/odd/carelessTools.ts';
import { TestGateway } from './gateway.ts';
import { callerNamed } from './rpc.ts';
import { fixture } from './servers.ts';

export const caller = callerNamed('tester');

/** A gateway in front of a server with invalid definitions, and one without. */
export function startCareless(): Promise<TestGateway> {
  return TestGateway.start({
    lmcp: { management_token: 'management-token-0123456789' },
    clients: { tester: { token: caller.token, allow_servers: ['good', 'careless'] } },
    servers: { good: fixture('odd/odd-server.ts'), careless: fixture('odd/careless-server.ts') },
  });
}

/** What it offers on `/mcp`. */
export const offered = ['good__echo', ...repairable.map(({ name }) => `careless__${name}`)].sort();
