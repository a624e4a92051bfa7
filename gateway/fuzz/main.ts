// Fuzzes every target for its share of the time; exits with 1 when an input failed.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runFuzzer } from './runFuzzer.ts';

const targets = ['demultiplexer', 'router'];
const results = join(import.meta.dirname, '../../test-results/fuzz');

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } });
if (/^[1-9]\d{0,6}$/.test(values.seconds)) await fuzzAll(Number(values.seconds));
else {
  process.stderr.write('fuzz: --seconds takes a whole number above 0, the time of all targets together\n');
  process.exitCode = 2;
}

async function fuzzAll(seconds: number): Promise<void> {
  for (const target of targets) {
    const share = Math.ceil(seconds / targets.length);
    process.stdout.write(`\nfuzz: ${target}, ${share} s\n`);
    const folder = join(results, target);
    const onOutput = (text: string) => process.stdout.write(text);
    const fine = await runFuzzer({
      target: `targets/${target}.ts`,
      folder,
      until: { seconds: share },
      onOutput,
    });
    process.stdout.write(
      `fuzz: ${target}: ${fine ? 'no input failed' : `failed; the input is in ${folder}`}\n`,
    );
    if (!fine) process.exitCode = 1;
  }
}
