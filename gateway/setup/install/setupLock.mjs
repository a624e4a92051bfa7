import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from '../run/isAlive.mjs';
import { tell } from '../run/tell.mjs';

/**
 * Runs `work` while no other set-up of this checkout runs: two concurrent `npm ci` would tear the folder from each other.
 * The lock is a file that names its holder; a holder that died is taken over from.
 * @template T
 * @param {string} file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withSetupLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  await acquire(file);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function acquire(file) {
  let told = false;
  while (!tryAcquire(file)) {
    const holder = holderOf(file);
    if (holder !== null && !isAlive(holder)) {
      takeAway(file, holder);
      continue;
    }
    if (!told && holder !== null) tell(`waiting for another set-up of this folder (process ${holder})`);
    told = told || holder !== null;
    await sleep(200);
  }
}

function tryAcquire(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** @returns {number | null} null while there is none, or before it has written its name */
function holderOf(file) {
  try {
    return Number(readFileSync(file, 'utf8')) || null;
  } catch {
    return null;
  }
}

/** Of two that find the same dead holder only one may remove its file, and never the file of the one that was quicker. */
function takeAway(file, deadHolder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (holderOf(aside) !== deadHolder) renameSync(aside, file);
  else rmSync(aside, { force: true });
}
