/** `npm run soak`: mixed load with faults, SIGTERM under it, and a long campaign of SIGKILL. Exits with 1 when a promise is broken. */
import { readArguments } from './arguments.ts';
import { crashes } from './crashes.ts';
import { mixedLoad } from './mixedLoad.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const { minutes, rounds } = readArguments(process.argv.slice(2));
say(`soak: ${minutes} minutes of load, then ${rounds} crashes`);
const broken = [...(await mixedLoad(minutes, say)), ...(await crashes(rounds, say))];
for (const problem of broken) say(`BROKEN: ${problem}`);
if (broken.length === 0) say('every promise was kept');
process.exitCode = broken.length === 0 ? 0 : 1;
