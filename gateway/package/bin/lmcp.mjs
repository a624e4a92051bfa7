#!/usr/bin/env node
// The `lmcp` command of the npm package.
import { readFileSync } from 'node:fs';
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const load = module.createRequire(import.meta.url);
const { engines } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const oldest = engines.node.replace(/^>=/, '');

if (isOlder(process.versions.node, oldest)) {
  process.stderr.write(
    `lmcp: this is Node ${process.versions.node}, LMCP needs ${oldest} or newer. Install a newer Node: https://nodejs.org\n`,
  );
  process.exitCode = 4;
} else {
  if (globalThis.AsyncDisposableStack === undefined) await import('./disposableStacks.mjs');
  withoutNoticeOfSqlite();
  // In the package's own folder: npm removes it with the package. One that cannot be written is done without.
  module.enableCompileCache(fileURLToPath(new URL('../.compile-cache', import.meta.url)));
  // The bridge lives as long as its application: it loads nothing of the gateway.
  if (process.argv[2] === 'stdio' && !process.argv.includes('--connection')) {
    const { runBridge } = load('../gateway/src/bridge/main.js');
    await runBridge(process.argv.slice(2));
  } else load('../gateway/src/main.js');
}

/** Without Intl, which costs 3 MiB. */
function isOlder(version, than) {
  const [is, needed] = [version, than].map((text) =>
    text.split('.').map((part) => Number.parseInt(part, 10)),
  );
  const differing = needed.findIndex((part, at) => part !== is[at]);
  return differing >= 0 && is[differing] < needed[differing];
}

/** Node 22 calls SQLite experimental, each time; LMCP uses it for locks alone. */
function withoutNoticeOfSqlite() {
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (!String(warning).startsWith('SQLite is an experimental feature'))
      emitWarning.call(process, warning, ...rest);
  };
}
