// `npm test`: makes the machine ready and runs every check and test once. `-- --all`: also what repeats at scale.
// `npm run test:unit`: the unit tests alone.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runToEnd } from './run/child.mjs';
import { dependenciesCurrent, installDependencies } from './install/dependencies.mjs';
import { engineAnswers, engineDown, engineUp } from './run/engine.mjs';
import { npmAloud } from './install/npm.mjs';
import { installBenchPeers } from './install/benchPeers.mjs';
import { installPinned } from './install/pinned.mjs';
import { buildSite } from './site.mjs';
import { Steps } from './run/steps.mjs';
import {
  installer,
  installSystemPackages,
  missingTools,
  onPath,
  whatIsInTheWay,
} from './install/systemPackages.mjs';
import { command, SetupError } from './run/tell.mjs';
import { closingLine, countTests, describeFailures, readReport, sum } from './run/testReport.mjs';

const [suite = 'everyday'] = process.argv.slice(2);
const reports = join(root, 'test-results');
const steps = new Steps();
const counted = [];
const failures = [];

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    steps.stopped = true;
  });
}

await command(async () => {
  if (suite === 'unit') await unitOnly();
  else if (suite === 'everyday') await everything({ long: false });
  else if (suite === '--all') await everything({ long: true });
  else
    throw new SetupError(`unknown suite "${suite}": use "unit", "--all", or nothing for the everyday tests`);
});

async function unitOnly() {
  const node = await makeReady({ dev: true });
  await steps.run('unit tests', () => vitest(node, ['unit', 'web']));
  conclude();
}

/** @param {{ long: boolean }} run */
async function everything({ long }) {
  if (long) process.env.LMCP_TEST_ALL = '1';
  const node = await makeReady({ dev: true });
  const e2e = join(root, 'e2e');
  if (!dependenciesCurrent(e2e, { dev: true })) {
    await installDependencies(e2e, {
      dev: true,
      node,
      what: 'the servers and clients that the end-to-end tests use',
    });
  }
  const obstacle = await makeMachineReady();
  await staticChecks(node);
  await steps.run('unit tests', () => vitest(node, ['unit', 'web']));
  if (obstacle === null) {
    await steps.run('tests against processes and disks', () => vitest(node, ['system']));
    await steps.run('components in a browser', () => vitest(node, ['components']));
    await endToEnd(node, long);
  } else
    steps.leaveOut(
      'tests against processes and disks, and end-to-end tests',
      `${obstacle}. \`npm run test:unit\` is the suite that needs none of it.`,
    );
  conclude();
}

/** @returns {Promise<string | null>} what keeps the end-to-end tests from running */
async function makeMachineReady() {
  const missing = missingTools(onPath);
  const engine = !hasDockerTests() || engineAnswers(root);
  return whatIsInTheWay({ missing, engine, ...installer() }) ?? (await installSystemPackages(missing));
}

async function staticChecks(node) {
  await steps.run('format', () =>
    tool(node, 'prettier/bin/prettier.cjs', ['--check', '.', '--log-level=warn']),
  );
  await steps.run('lint', () => tool(node, 'eslint/bin/eslint.js', ['.']));
  await steps.run('types', () => tool(node, 'typescript/bin/tsc', ['--noEmit', '-p', 'tsconfig.json']));
  await steps.run(
    'types of the web interface',
    async () => (await npmAloud(['run', 'check', '-w', 'web'], { cwd: root, node })) === 0,
  );
  await steps.run('documentation site', async () => (await buildSite(root, node)) === 0);
  await steps.run('dead code', () => tool(node, 'knip/bin/knip.js', []));
}

async function endToEnd(node, long) {
  let engine = { ours: false };
  if (hasDockerTests()) {
    await steps.run('Docker engine', async () => {
      engine = await engineUp(root);
      return true;
    });
  }
  await steps.run('end-to-end tests', () => vitest(node, ['e2e']));
  await steps.run('end-to-end tests with containers', () => vitest(node, ['docker']));
  if (long) {
    await installPinned({
      from: join(root, 'e2e/applications'),
      into: join(root, '.runtime/applications'),
      node,
      what: 'the applications and servers that the long run uses (once, about 2 GB)',
      // VS Code within code-server.
      nested: ['node_modules/code-server/lib/vscode'],
    });
    await installPinned({
      from: join(root, 'e2e/npmRegistry'),
      into: join(root, '.runtime/npm-registry'),
      node,
      what: 'a registry of packages and an older Node, for the test of the package (once, about 180 MB)',
    });
    await installBenchPeers(node);
    await steps.run('end-to-end tests at scale', () => vitest(node, ['scale']));
  }
  // Not a step: it has to go even when somebody stopped the run.
  if (engine.ours) await engineDown(root);
}

function hasDockerTests() {
  return filesBelow(join(root, 'e2e')).some((name) => name.endsWith('.docker.test.ts'));
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(join(folder, entry.name));
    return [entry.name];
  });
}

/** Runs a tool of node_modules in the open, under the Node that the gateway runs on. */
async function tool(node, script, args) {
  return exitCode(await runToEnd(node, [join(root, 'node_modules', script), ...args], { cwd: root })) === 0;
}

async function vitest(node, projects) {
  const report = join(reports, `${projects[0]}.json`);
  mkdirSync(reports, { recursive: true });
  rmSync(report, { force: true });
  const ok = await tool(node, 'vitest/vitest.mjs', [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  ]);
  const results = readReport(report);
  if (results === null) throw new Error('vitest ended without a report');
  failures.push(...describeFailures(results, root));
  const counts = countTests(results);
  counted.push(counts);
  if (counts.skipped > 0)
    throw new Error(`${counts.skipped} tests were skipped: a test that does not run shows nothing`);
  if (!ok && counts.failed === 0)
    throw new Error(
      'vitest failed although no test did: its output above says why (an error outside of all tests)',
    );
  return ok;
}

/** The last line on stdout is the count, alone, for people and for machines; `.ci/run` repeats all from the headline on. */
function conclude() {
  const total = sum(counted);
  const parts = [steps.summary(), ...failures, closingLine(total)];
  process.stdout.write(`\n=== summary\n${parts.join('\n\n')}\n`);
  if (!steps.ok || total.failed > 0 || total.skipped > 0) process.exitCode ||= 1;
}
