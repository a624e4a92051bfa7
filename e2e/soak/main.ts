/** `npm run soak`: mixed load with faults, SIGTERM under it, and a long campaign of SIGKILL. Exits with 1 when a promise is broken. */
import { readArguments } from './arguments.ts';
import { crashes } from './crashes.ts';
import { mixedLoad } from './mixedLoad.ts';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Says what was found when a part ends: the whole takes long, and may be ended before. */
function judged(part: string, broken: readonly string[]): readonly string[] {
  for (const problem of broken) say(`BROKEN: ${problem}`);
  if (broken.length === 0) say(`${part}: every promise was kept`);
  return broken;
}

const { minutes, rounds } = readArguments(process.argv.slice(2));
say(`soak: ${minutes} minutes of load, then ${rounds} crashes`);
const underLoad = judged('load', await mixedLoad(minutes, say));
const afterCrashes = judged('crashes', await crashes(rounds, say));
process.exitCode = underLoad.length + afterCrashes.length === 0 ? 0 : 1;
