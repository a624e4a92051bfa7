import { TestGateway } from '../harness/gateway.ts';
import { callerNamed, credentialsOf } from '../harness/rpc.ts';
import { startFixture, type RunningFixture } from './directFixture.ts';
import { tokenProxy } from './tokenProxy.ts';

/** The fixture as the suites meet it directly, and the address of a gateway over the same fixture. */
export interface BothWays {
  readonly direct: string;
  /** `/mcp/<server>` below it leads to a server of the registry. */
  readonly origin: string;
  close(): Promise<void>;
}

/**
 * Starts both, with a proxy in front of the gateway that adds the credentials.
 * @param servers of the registry; gets the fixture's address and the registry's path
 * @param started where it is another fixture
 */
export async function bothWays(
  servers: (fixtureUrl: string, registryPath: string) => Readonly<Record<string, unknown>>,
  started: Promise<RunningFixture> = startFixture(),
): Promise<BothWays> {
  const caller = callerNamed('suite');
  const fixture = await started;
  const gateway = await TestGateway.prepare({});
  const registered = servers(fixture.url, gateway.registryPath);
  await gateway.writeRegistry({
    clients: { suite: { token: caller.token, allow_servers: Object.keys(registered) } },
    servers: registered,
  });
  await gateway.run();
  const proxy = await tokenProxy(gateway.origin, credentialsOf(caller));
  return {
    direct: fixture.url,
    origin: proxy.origin,
    close: async () => {
      proxy.close();
      await gateway[Symbol.asyncDispose]();
      fixture.stop();
    },
  };
}
