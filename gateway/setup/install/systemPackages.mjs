import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { exitCode, runToEnd } from '../run/child.mjs';
import { tell } from '../run/tell.mjs';

/** What the end-to-end tests use of the system: a command, the Debian package that has it, and what for. */
export const systemTools = [
  {
    command: 'chromium',
    package: 'chromium',
    why: 'the browser that other sites, applications and Playwright MCP are tested in',
  },
  {
    command: 'chromium-headless-shell',
    package: 'chromium-headless-shell',
    why: 'its engine alone, which the interface is tested in',
  },
  {
    command: 'firefox-esr',
    package: 'firefox-esr',
    why: 'the second browser that pages of other sites are tried in',
  },
  {
    command: 'strace',
    package: 'strace',
    why: 'failing system calls, to see that nothing passes without its audit line',
  },
  { command: 'chattr', package: 'e2fsprogs', why: 'an append-only audit log' },
  { command: 'ip', package: 'iproute2', why: 'network namespaces: who can reach what' },
  { command: 'script', package: 'bsdutils', why: 'a terminal for the commands that ask' },
  { command: 'systemd-analyze', package: 'systemd', why: 'checks the unit of `lmcp service`' },
  { command: 'plistutil', package: 'libplist-utils', why: 'reads the launchd agent of `lmcp service`' },
  { command: 'dbus-run-session', package: 'dbus', why: 'a bus for the keyring' },
  { command: 'gnome-keyring-daemon', package: 'gnome-keyring', why: 'secrets in a keyring of a desktop' },
  { command: 'zsh', package: 'zsh', why: 'the completions of the command line' },
  { command: 'fish', package: 'fish', why: 'the completions of the command line' },
  { command: 'groff', package: 'groff-base', why: 'the manual page' },
  { command: 'curl', package: 'curl', why: 'the documented examples, unchanged' },
  {
    command: 'docker-registry',
    package: 'docker-registry',
    why: 'images that are signed, in a real registry',
  },
  { command: 'ssh', package: 'openssh-client', why: 'an engine that is reached by SSH' },
  { command: 'podman', package: 'podman', why: 'containers on a second engine' },
  { command: 'catatonit', package: 'catatonit', why: 'the init process of its containers' },
  { command: 'rootlesskit', package: 'rootlesskit', why: 'a rootless engine' },
  { command: 'newuidmap', package: 'uidmap', why: 'its users' },
  { command: 'slirp4netns', package: 'slirp4netns', why: 'its network' },
  { command: 'mmdebstrap', package: 'mmdebstrap', why: 'base images where no image registry can be reached' },
];

/**
 * @param {(command: string) => boolean} present
 */
export function missingTools(present) {
  return systemTools.filter((tool) => !present(tool.command));
}

/** @param {string} command */
export function onPath(command) {
  // Tools for root live in sbin, which is not on everybody's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => folder !== '' && isExecutable(join(folder, command)));
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * What keeps the end-to-end tests from running on this machine, in words; null when nothing does.
 * @param {{ missing: readonly { package: string }[], root: boolean, apt: boolean, engine: boolean }} machine
 * @returns {string | null}
 */
export function whatIsInTheWay({ missing, root, apt, engine }) {
  const wants = [
    ...(missing.length > 0 ? [`the packages ${missing.map((tool) => tool.package).join(', ')}`] : []),
    ...(engine ? [] : ['a Docker engine (none answers)']),
  ];
  if (wants.length === 0 || (root && apt)) return null;
  const why = root
    ? 'this is not a Debian machine, so they are not installed for you'
    : 'only root can install them';
  return `they need ${wants.join(' and ')}, and ${why}`;
}

/** @returns {{ root: boolean, apt: boolean }} */
export function installer() {
  return { root: process.getuid?.() === 0, apt: existsSync('/etc/debian_version') && onPath('apt-get') };
}

/**
 * Says what is going to be installed and why, asks where somebody can answer, and installs it.
 * @param {readonly { command: string, package: string, why: string }[]} missing
 * @returns {Promise<string | null>} why not, or null when all is there
 */
export async function installSystemPackages(missing) {
  if (missing.length === 0) return null;
  tell('the end-to-end tests need system packages, which apt-get will install:');
  for (const tool of missing) tell(`  ${tool.package.padEnd(12)} ${tool.why}`);
  if (!(await agreed())) return 'the system packages were declined';
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const names = missing.map((tool) => tool.package);
  const quietly = { env, stdio: ['ignore', 'ignore', 'inherit'] };
  const updated = await runToEnd('apt-get', ['update', '-qq'], quietly);
  const installed =
    exitCode(updated) === 0
      ? await runToEnd('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quietly)
      : updated;
  return exitCode(installed) === 0
    ? null
    : 'apt-get could not install the system packages (its reason is above)';
}

async function agreed() {
  if (!process.stdin.isTTY || process.env.CI === 'true') return true;
  const question = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await question.question('lmcp: install them now? [y/N] ');
  question.close();
  return /^y(es)?$/i.test(answer.trim());
}
