// `npm test`: makes the machine ready and runs every check and test once. `-- --all`: also what repeats at scale.
// `npm run test:unit`: the unit tests alone.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeReady, root } from './bootstrap.mjs';
import { exitCode, runQuietly, runToEnd } from './run/child.mjs';
import { dependenciesCurrent, installDependencies } from './install/dependencies.mjs';
import { engineAnswers, engineDown, engineUp } from './run/engine.mjs';
import { npmUnder } from './install/npm.mjs';
import { installBenchPeers } from './install/benchPeers.mjs';
import { installPinned } from './install/pinned.mjs';
import { buildSiteQuietly } from './site.mjs';
import { Steps } from './run/steps.mjs';
import {
  installer,
  installSystemPackages,
  missingTools,
  onPath,
  whatIsInTheWay,
} from './install/systemPackages.mjs';
import { command, SetupError } from './run/tell.mjs';
import {
  closingLine,
  countTests,
  describeFailures,
  describeUnstable,
  failedFiles,
  readReport,
  sum,
  withSecondRun,
} from './run/testReport.mjs';

const [suite = 'everyday'] = process.argv.slice(2);
const reports = join(root, 'test-results');
const steps = new Steps();
const counted = [];
const failures = [];
const unstable = [];
/** More failed files than this are no chance of a busy machine. */
const MOST_FILES_AGAIN = 5;

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
    await steps.run('tests against processes and disks', () => vitestTwice(node, ['system']));
    await steps.run('components in a browser', () => vitestTwice(node, ['components']));
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

/** ESLint keeps one core busy for as long as all others together keep the second one. */
async function staticChecks(node) {
  const check = (name, script, ...args) =>
    steps.runBeside(name, () =>
      runQuietly(node, [join(root, 'node_modules', script), ...args], { cwd: root }),
    );
  const others = async () => {
    await check('types', 'typescript/bin/tsc', '--noEmit', '-p', 'tsconfig.json');
    await steps.runBeside('types of the web interface', async () => {
      const { command, prefix, env, shell } = npmUnder(node, process.env);
      return runQuietly(command, [...prefix, 'run', 'check', '-w', 'web'], { cwd: root, env, shell });
    });
    await check('format', 'prettier/bin/prettier.cjs', '--check', '.', '--log-level=warn');
    await steps.runBeside('documentation site', () => buildSiteQuietly(root, node));
    await check('dead code', 'knip/bin/knip.js');
  };
  await Promise.all([check('lint', 'eslint/bin/eslint.js', '.'), others()]);
}

async function endToEnd(node, long) {
  let engine = { ours: false };
  if (hasDockerTests()) {
    await steps.run('Docker engine', async () => {
      engine = await engineUp(root);
      return true;
    });
  }
  await steps.run('end-to-end tests', () => vitestTwice(node, ['e2e']));
  await steps.run('end-to-end tests with containers', () => vitestTwice(node, ['docker']));
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
    await steps.run('end-to-end tests at scale', () => vitestTwice(node, ['scale']));
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
  const { ok, report } = await runVitest(node, projects);
  return concludeRun(ok, report);
}

/**
 * As `vitest`, for tests that live on processes, sockets and browsers: the few files that failed run again, one after the other and
 * with nothing beside them. What passes then is counted as passed and named at the end as unstable; what a fault breaks fails twice.
 */
async function vitestTwice(node, projects) {
  const { ok, report } = await runVitest(node, projects);
  const again = failedFiles(report);
  if (again.length === 0 || again.length > MOST_FILES_AGAIN || steps.stopped) return concludeRun(ok, report);
  process.stdout.write(`\n${again.length} files failed and run again, alone\n`);
  const second = await runVitest(node, projects, again);
  unstable.push(...describeUnstable(report, second.report, root));
  return concludeRun(second.ok, withSecondRun(report, second.report));
}

/** @param {readonly string[]} files these alone, one after the other; none: all */
async function runVitest(node, projects, files = []) {
  const file = join(reports, `${projects[0]}${files.length > 0 ? '-again' : ''}.json`);
  mkdirSync(reports, { recursive: true });
  rmSync(file, { force: true });
  const ok = await tool(node, 'vitest/vitest.mjs', [
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${file}`],
    ...(files.length > 0 ? ['--no-file-parallelism', ...files] : []),
  ]);
  const report = readReport(file);
  if (report === null) throw new Error('vitest ended without a report');
  return { ok, report };
}

function concludeRun(ok, report) {
  failures.push(...describeFailures(report, root));
  const counts = countTests(report);
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
  const parts = [steps.summary(), ...unstable, ...failures, closingLine(total)];
  process.stdout.write(`\n=== summary\n${parts.join('\n\n')}\n`);
  if (!steps.ok || total.failed > 0 || total.skipped > 0) process.exitCode ||= 1;
}
