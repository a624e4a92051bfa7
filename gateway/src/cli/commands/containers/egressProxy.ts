import { lookup } from 'node:dns/promises';
import { gatewayAuthority } from '../../../egress/authority.ts';
import { startProxy } from '../../../egress/startProxy.ts';
import { terminalLogger } from '../../output/terminalLogger.ts';
import { CommandFailure, ExitCode } from '../../exitCodes.ts';
import type { Terminal } from '../../output/terminal.ts';

const port = 3128;

/** `lmcp egress-proxy`: until SIGTERM. It reads no registry; the gateway decides (`LMCP_EGRESS_SOCKET`). */
export async function egressProxy(terminal: Terminal): Promise<ExitCode> {
  const socketPath = terminal.env['LMCP_EGRESS_SOCKET'];
  if (socketPath === undefined || !socketPath.startsWith('/')) {
    throw new CommandFailure(
      'LMCP_EGRESS_SOCKET must name the socket of the gateway that decides (compose.yaml sets it)',
      ExitCode.usage,
    );
  }
  const proxy = await startProxy({
    host: '0.0.0.0',
    port,
    authority: gatewayAuthority(socketPath),
    resolve: (name) => lookup(name, { all: true }),
    logger: terminalLogger(terminal),
  });
  terminal.err(`lmcp: the egress proxy listens on port ${port}\n`);
  await new Promise<void>((resolve) => {
    const ignore = terminal.onInterrupt(() => {
      ignore();
      resolve();
    });
  });
  await proxy.close();
  return ExitCode.fine;
}
