/** A process that changes a registry without end, for tests that kill it: `clients.a.rate_limit_rpm` counts up; each step is told when done. */
import { silentLogger } from '../../logger.ts';
import { applyPatch } from '../edit/patch.ts';
import { RegistryStore } from '../store.ts';

const store = await RegistryStore.open(process.argv[2] ?? '', {
  env: {},
  logger: silentLogger,
  watch: false,
});
for (let i = (store.current.clients.get('a')?.rateLimitRpm ?? 0) + 1; ; i++) {
  const result = await store.apply((text) => applyPatch(text, { clients: { a: { rate_limit_rpm: i } } }));
  if (!result.ok) throw new Error(`step ${i}: ${result.reason}`);
  process.send?.(i);
}
