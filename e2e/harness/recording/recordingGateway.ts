import { join } from 'node:path';
import { TestGateway } from '../gateway.ts';
import { callerNamed, callTool } from '../rpc.ts';
import { fixture } from '../servers.ts';

export const tester = callerNamed('tester');
export const managementToken = 'management-token-0123456789';

/** A running gateway over one server that writes down what reaches it; its tool `secret` is denied. */
export interface RecordingGateway {
  readonly gateway: TestGateway;
  /** What {@link recorded} reads. */
  readonly file: string;
}

/** The server has started and has been called once when this resolves. */
export async function recordingGateway(): Promise<RecordingGateway> {
  const gateway = await TestGateway.prepare({});
  const file = join(gateway.folder, 'received');
  const recording = { ...fixture('recording-server.ts', file), tool_policy: { deny_tools: ['secret'] } };
  await gateway.writeRegistry({
    lmcp: { management_token: managementToken },
    clients: { tester: { token: tester.token, allow_servers: ['recording'] } },
    servers: { recording, other: fixture('plain-server.ts') },
  });
  await gateway.run();
  await callTool(gateway, tester, 'recording__echo');
  return { gateway, file };
}
