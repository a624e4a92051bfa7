import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npmQuietly } from './npm.mjs';
import { SetupError, tell } from './tell.mjs';

/** The oldest Node that runs the gateway: TypeScript as it stands, and what the dependencies need. */
const neededMajor = 24;
const fetchedVersion = '24.21.0';

/**
 * @param {string} version as in process.versions.node
 */
export function runsTheGateway(version) {
  return Number.parseInt(version, 10) >= neededMajor;
}

/**
 * The npm package that holds Node's binary for a platform, or null where there is none.
 * @param {string} platform as in process.platform
 * @param {string} arch as in process.arch
 */
export function nodePackage(platform, arch) {
  const os = { linux: 'linux', darwin: 'darwin', win32: 'win' }[platform];
  if (os === undefined || !['x64', 'arm64'].includes(arch)) return null;
  return `node-${os}-${arch}`;
}

const folder = (root) => join(root, '.runtime', `node-v${fetchedVersion}`);

function binaryIn(base) {
  const name = nodePackage(process.platform, process.arch);
  if (name === null) return null;
  return join(base, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * A Node that runs the gateway and is on this machine already: our own, else the one fetched earlier; null if neither.
 * @param {string} root the checkout
 * @returns {string | null}
 */
export function fittingNode(root) {
  if (runsTheGateway(process.versions.node)) return process.execPath;
  const binary = binaryIn(folder(root));
  return binary !== null && existsSync(binary) ? binary : null;
}

/**
 * Fetches the Node that the gateway needs into the checkout. Whole or not at all: it gets its name when it is complete.
 * @param {string} root
 * @returns {Promise<string>} path of the binary
 * @throws {SetupError}
 */
export async function fetchNode(root) {
  const name = nodePackage(process.platform, process.arch);
  if (name === null) {
    throw new SetupError(
      `LMCP needs Node ${neededMajor}, this is ${process.versions.node}, and there is none to fetch for ` +
        `${process.platform}-${process.arch}. Install Node ${neededMajor} or newer and start again.`,
    );
  }
  tell(
    `Node ${process.versions.node} is too old for LMCP; fetching Node ${fetchedVersion} into .runtime (once, about 60 MB)`,
  );
  const target = folder(root);
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  await npmQuietly(
    [
      'install',
      '--prefix',
      partial,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      `${name}@${fetchedVersion}`,
    ],
    { cwd: partial, node: process.execPath, doing: `fetching Node ${fetchedVersion}` },
  );
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
  return binaryIn(target);
}
