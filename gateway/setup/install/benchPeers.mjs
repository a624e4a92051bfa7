import { join } from 'node:path';
import { root } from '../bootstrap.mjs';
import { installPinned } from './pinned.mjs';

/** Where the benchmark installs what it measures beside, and where it writes while it runs. */
export const benchFolder = join(root, '.runtime', 'bench');

/** Installs the gateways that LMCP is measured beside. */
export async function installBenchPeers(node) {
  await installPinned({
    from: join(root, 'gateway/bench/peers'),
    into: join(benchFolder, 'peers'),
    node,
    what: 'mcp-proxy and supergateway, which LMCP is measured beside (once, about 105 MB)',
  });
}
