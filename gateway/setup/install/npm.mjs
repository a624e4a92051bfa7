import { basename, delimiter, dirname } from 'node:path';
import { exitCode, runQuietly, runToEnd } from '../run/child.mjs';
import { SetupError } from '../run/tell.mjs';

/**
 * How to run npm under a given Node: by the script that `npm start` itself came from, else by what is on the PATH.
 * @param {string} node path of the Node binary
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ command: string, prefix: string[], env: NodeJS.ProcessEnv, shell: boolean }}
 */
export function npmUnder(node, env) {
  const path = [dirname(node), env.PATH ?? ''].join(delimiter);
  const script = env.npm_execpath;
  const childEnv = { ...env, PATH: path };
  if (script !== undefined && basename(script) === 'npm-cli.js') {
    return { command: node, prefix: [script], env: childEnv, shell: false };
  }
  // On Windows npm is a batch file, which only a shell runs.
  return { command: 'npm', prefix: [], env: childEnv, shell: process.platform === 'win32' };
}

/**
 * Runs npm without a word, or throws with the reason it gave.
 * @param {readonly string[]} args
 * @param {{ cwd: string, node: string, doing: string }} how `doing` completes "… failed"
 * @throws {SetupError}
 */
export async function npmQuietly(args, { cwd, node, doing, env: more = {} }) {
  const { command, prefix, env, shell } = npmUnder(node, process.env);
  const { code, output } = await runQuietly(command, [...prefix, ...args], {
    cwd,
    // Under `npm start --silent` it would keep the reason to itself.
    env: { ...env, npm_config_loglevel: 'error', ...more },
    shell,
  }).catch(npmMissing);
  if (process.exitCode) throw new SetupError('stopped before it was done; the next start goes on from here');
  if (code !== 0) throw new SetupError(explainFailure(doing, output));
}

function npmMissing(error) {
  if (error.code !== 'ENOENT') throw error;
  throw new SetupError(
    'npm is not on the PATH. It comes with Node: install Node 20 or newer and start again.',
  );
}

/**
 * Runs npm in the open.
 * @param {readonly string[]} args
 * @param {{ cwd: string, node: string }} how
 * @returns {Promise<number>} exit code
 */
export async function npmAloud(args, { cwd, node }) {
  const { command, prefix, env, shell } = npmUnder(node, process.env);
  return exitCode(await runToEnd(command, [...prefix, ...args], { cwd, env, shell }));
}

const offline =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|ERR_SOCKET_TIMEOUT)\b/;
const certificate =
  /\b(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\b/;

/** Stack traces, dumped objects, and where npm keeps its log. */
const notForReaders = /^npm error {2,}|^npm error [{}]|log of this run|debug-\d/;

/** A registry's address may carry a name and a password. */
const withoutCredentials = (line) => line.replace(/\/\/[^/@\s]+@/g, '//');

/**
 * @param {string} doing
 * @param {string} output what npm wrote
 */
export function explainFailure(doing, output) {
  const why = offline.test(output)
    ? "npm could not reach its registry. Connect this machine to the network (or set npm's `registry`, `proxy` and " +
      '`https-proxy`) and start again.'
    : certificate.test(output)
      ? "the registry's certificate is not trusted. Behind a company proxy set NODE_EXTRA_CA_CERTS to its CA file and " +
        'start again.'
      : /\bEINTEGRITY\b/.test(output)
        ? "what npm's registry delivered is not what this checkout names by its hash, and was not used. Set npm's " +
          '`registry` to one that delivers the original, and start again.'
        : /\b(ENOSPC|EDQUOT)\b/.test(output)
          ? 'the disk is full. Free about 500 MB and start again.'
          : /\b(EACCES|EPERM|EROFS)\b/.test(output)
            ? 'this folder may not be written. Start from a copy that belongs to you.'
            : 'npm said the following.';
  const lines = output
    .split('\n')
    .filter((line) => line.startsWith('npm error') && !notForReaders.test(line));
  const said = lines.length > 0 ? lines : output.trim().split('\n');
  return [`${doing} failed: ${why}`, ...said.slice(0, 12).map(withoutCredentials)].join('\n  ');
}
