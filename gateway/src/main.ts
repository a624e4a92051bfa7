import { run } from './cli/run.ts';
import { processTerminal } from './cli/output/terminal.ts';

process.exitCode = await run(process.argv.slice(2), processTerminal());
