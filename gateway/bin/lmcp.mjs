#!/usr/bin/env node
// The `lmcp` command: finds a Node that runs the gateway and hands over to it. Runs on Node 20 itself.
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fittingNode, runsTheGateway } from '../setup/nodeRuntime.mjs';

const self = fileURLToPath(import.meta.url);
const root = dirname(dirname(dirname(self)));

if (runsTheGateway(process.versions.node)) {
  // In our own folder: one that other users of the machine can write to would let them choose what we run.
  module.enableCompileCache(join(root, '.runtime', 'compile-cache'));
  // The bridge lives as long as its application: it loads nothing of the gateway.
  if (process.argv[2] === 'stdio' && !process.argv.includes('--connection')) {
    const { runBridge } = await import('../src/bridge/main.ts');
    await runBridge(process.argv.slice(2));
  } else await import('../src/main.ts');
} else {
  await runUnderFetchedNode();
}

async function runUnderFetchedNode() {
  const node = fittingNode(root);
  if (node === null) {
    process.stderr.write(
      `lmcp: this is Node ${process.versions.node}, LMCP needs 24 or newer.\n` +
        'lmcp: run `npm start` in the checkout once (it fetches the Node it needs), or install Node 24.\n',
    );
    process.exitCode = 4;
    return;
  }
  const { exitCode, runToEnd, tiedToUs } = await import('../setup/run/child.mjs');
  process.exitCode = exitCode(await runToEnd(node, [self, ...process.argv.slice(2)], tiedToUs));
}
