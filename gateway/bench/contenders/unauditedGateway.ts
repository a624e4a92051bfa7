/** The gateway with an audit log that keeps nothing, as a process of its own: `node unauditedGateway.ts REGISTRY`. */
import type { Audit } from '../../src/audit/types.ts';
import { startGateway } from '../../src/gateway.ts';
import { processTerminal } from '../../src/cli/output/terminal.ts';
import { terminalLogger } from '../../src/cli/output/terminalLogger.ts';

const noAudit: Audit = {
  append: () => Promise.resolve(),
  status: () => ({ ok: true, seq: 0 }),
  digest: () => '',
  recent: () => [],
  subscribe: () => () => undefined,
  close: () => Promise.resolve(),
};

const [registryPath] = process.argv.slice(2);
if (registryPath === undefined) throw new Error('Usage: node unauditedGateway.ts REGISTRY');
const gateway = await startGateway({
  registryPath,
  logger: terminalLogger(processTerminal()),
  env: process.env,
  audit: noAudit,
});
process.once('SIGTERM', () => void gateway.close());
