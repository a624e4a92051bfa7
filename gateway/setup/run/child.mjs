import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Our terminal, and a channel that tells the child when we are gone, also by a SIGKILL, which nobody can pass on. A gateway drains
 * and stops then; other programs do not look at it.
 */
export const tiedToUs = { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] };

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a program with our terminal and hands on a request to stop.
 *
 * One Ctrl-C arrives several times: the terminal signals every process of the foreground group, and npm signals its
 * script once more. So whatever comes, and however often, the child is sent one SIGTERM: a program that counts the
 * SIGINTs a person sends counts only those of the terminal.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>} rejects when it can't be started
 */
export function runToEnd(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    const release = passOnStopSignals(child);
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code, signal) => {
      release();
      resolve({ code, signal });
    });
  });
}

/**
 * As runToEnd, for work that is only worth reading about when it fails: gives what the program wrote.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', collect);
    child.stderr.setEncoding('utf8').on('data', collect);
    const release = passOnStopSignals(child, (signal) => {
      // What was being set up is half done; the next start begins it again.
      process.exitCode = exitCode({ code: null, signal });
    });
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code, signal) => {
      release();
      resolve({ code: exitCode({ code, signal }), output });
    });
  });
}

/** @returns {() => void} stops listening */
function passOnStopSignals(child, onStop = () => {}) {
  let asked = false;
  const handlers = stopSignals.map((signal) => {
    const handler = () => {
      if (asked) return;
      asked = true;
      onStop(signal);
      child.kill('SIGTERM');
    };
    process.on(signal, handler);
    return () => process.off(signal, handler);
  });
  return () => handlers.forEach((off) => off());
}

/**
 * The exit code a shell would give: 128 + n for a program that died of signal n.
 * @param {{ code: number | null, signal: NodeJS.Signals | null }} end
 */
export function exitCode({ code, signal }) {
  return code ?? 128 + (constants.signals[signal] ?? 0);
}
