/** A process that writes what a server lists without end, for tests that kill it: each step has the same number in all of its tools. */
import { ByteBudget } from '../../byteBudget.ts';
import { systemClock } from '../../clock.ts';
import { silentLogger } from '../../logger.ts';
import { plain } from '../../upstream/testing/servers.ts';
import { ListMemory } from '../memory/listMemory.ts';

const [registry = ''] = process.argv.slice(2);
const owner = { clientId: 'red', sessionId: null };
for (let step = 1; ; step++) {
  const memory = await ListMemory.open(registry, {
    clock: systemClock,
    logger: silentLogger,
    held: new ByteBudget(() => 64 * 1024 ** 2),
  });
  const description = `${step} `.repeat(50);
  const tools = Array.from({ length: 2_000 }, (_, n) => ({ name: `t${n}`, description }));
  memory.learn(plain(), owner, { era: 'legacy', initializeResult: {} }, 'tools', tools);
  await memory.close();
  process.send?.(step);
}
