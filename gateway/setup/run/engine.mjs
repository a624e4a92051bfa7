import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runQuietly } from './child.mjs';

/** @param {string} root */
const scriptPath = (root, name) => join(root, 'docker/engine', name);

/** @param {string} root */
export function engineAnswers(root) {
  return spawnSync(scriptPath(root, 'engine.sh'), ['status'], { stdio: 'ignore' }).status === 0;
}

/**
 * Brings up an engine where none answers, and the base images where they are missing.
 * @param {string} root
 * @returns {Promise<{ ours: boolean }>} whether it was started here, and so is ours to stop
 * @throws {Error} with what the script said
 */
export async function engineUp(root) {
  const engine = await runScript(root, 'engine.sh', ['up']);
  const ours = /^started$/m.test(engine);
  try {
    await runScript(root, 'base-images.sh', []);
  } catch (error) {
    if (ours) await engineDown(root);
    throw error;
  }
  return { ours };
}

/** @param {string} root */
export async function engineDown(root) {
  await runScript(root, 'engine.sh', ['down']);
}

async function runScript(root, name, args) {
  const { code, output } = await runQuietly(scriptPath(root, name), args);
  process.stdout.write(output);
  if (code !== 0) throw new Error(`docker/engine/${name} ${args.join(' ')} failed (exit ${code})`);
  return output;
}
