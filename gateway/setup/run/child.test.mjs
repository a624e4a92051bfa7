import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { exitCode, runQuietly, runToEnd } from './child.mjs';

describe('exitCode', () => {
  it("is the program's own, or 128 and the signal", () => {
    expect(exitCode({ code: 3, signal: null })).toBe(3);
    expect(exitCode({ code: null, signal: 'SIGKILL' })).toBe(137);
  });
});

it('gives the end of a program, by its own code or by a signal', async () => {
  expect(await runToEnd(process.execPath, ['-e', 'process.exit(7)'])).toEqual({ code: 7, signal: null });
  const killed = await runToEnd(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")']);
  expect(killed).toEqual({ code: null, signal: 'SIGKILL' });
});

it('rejects where there is no such program', async () => {
  await expect(runToEnd('lmcp-no-such-program', [])).rejects.toMatchObject({ code: 'ENOENT' });
});

it('gives what a quiet program wrote to either stream', async () => {
  const both = 'process.stdout.write("out"); process.stderr.write("err"); process.exitCode = 2';
  const { code, output } = await runQuietly(process.execPath, ['-e', both]);
  expect(code).toBe(2);
  expect(output).toContain('out');
  expect(output).toContain('err');
});

/** Counts the signals it is sent, says so, and ends by itself once the first has come. */
const counting = `
  const seen = [];
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {
    if (seen.push(signal) === 1) setTimeout(() => { console.log(seen.join()); process.exit(5); }, 300);
  });
  console.log('ready');
  setInterval(() => {}, 1000);
`;
const parent = `
  import { exitCode, runToEnd } from ${JSON.stringify(fileURLToPath(new URL('./child.mjs', import.meta.url)))};
  process.exitCode = exitCode(await runToEnd(process.execPath, ['-e', ${JSON.stringify(counting)}]));
`;

it('hands on a request to stop once, however often it comes', async () => {
  const outer = spawn(process.execPath, ['--input-type=module', '-e', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  outer.stdout.setEncoding('utf8').on('data', (text) => {
    said += text;
    if (text === 'ready\n') for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM']) outer.kill(signal);
  });
  const [code] = await once(outer, 'close');
  expect(said).toBe('ready\nSIGTERM\n');
  expect(code).toBe(5);
});
