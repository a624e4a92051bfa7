/** `npm run soak`: mixed load with faults, SIGTERM under it, and a long campaign of SIGKILL. Exits with 1 when a promise is broken. */
import { join } from 'node:path';
import { crashCampaign } from '../harness/crashes.ts';
import { auditLines, sleep, TestGateway } from '../harness/gateway.ts';
import { fixture } from '../harness/servers.ts';
import { readArguments } from './arguments.ts';
import { worker, type Seen } from './mixedLoad.ts';
import { growth, vitalsOf, type Vitals } from './vitals.ts';

const callers = ['first', 'second', 'third'].map((id) => ({ id, token: `token-of-${id}-0123456789` }));
const workersEach = 6;
const sampleMs = 2_000;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function mixedLoad(minutes: number): Promise<string[]> {
  const servers = ['plain', 'hostile', 'shared'];
  await using gateway = await TestGateway.start({
    lmcp: { audit_rotate_mib: 16 },
    clients: Object.fromEntries(callers.map(({ id, token }) => [id, { token, allow_servers: servers }])),
    servers: {
      plain: fixture('plain-server.ts'),
      hostile: { ...fixture('hostile-server.ts'), timeouts: { tools_call_s: 5 } },
      shared: { ...fixture('plain-server.ts'), scope: 'shared' },
    },
  });
  const seen: Seen = { calls: 0, errors: 0, answered: [] };
  const samples: Vitals[] = [];
  let running = true;
  const workers = callers.flatMap((caller) =>
    Array.from({ length: workersEach }, (_, i) =>
      worker(gateway, caller, `${caller.id}.${i}`, seen, () => running),
    ),
  );
  const end = Date.now() + minutes * 60_000;
  while (Date.now() < end) {
    await sleep(sampleMs);
    samples.push(vitalsOf(gateway.process?.pid ?? 0));
  }
  const stopped = performance.now();
  const code = await gateway.stop('SIGTERM');
  const stopMs = performance.now() - stopped;
  running = false;
  await Promise.all(workers);
  const last = samples.at(-1);
  say(
    `load: ${seen.calls} calls, ${seen.errors} answered with an error as they should; ` +
      `${last?.rssMib.toFixed(0)} MiB and ${last?.descriptors} descriptors at the end; stopped in ${stopMs.toFixed(0)} ms`,
  );
  const results = new Set(
    (await auditLines(gateway.auditPath))
      .filter(({ event }) => event === 'tool_result')
      .map(({ request_id }) => request_id),
  );
  const lost = seen.answered.filter((id) => !results.has(id));
  return [
    ...growth(samples),
    ...(lost.length > 0 ? [`${lost.length} answered calls are not on record, ${lost[0]} among them`] : []),
    ...(code === 0 ? [] : [`SIGTERM under load ended with ${code}`]),
    ...(stopMs < 10_000 ? [] : [`SIGTERM under load took ${stopMs.toFixed(0)} ms`]),
    ...((await gateway.cli('audit', 'verify')).code === 0 ? [] : ['the log does not verify']),
  ];
}

async function crashes(rounds: number): Promise<string[]> {
  const caller = { id: 'tester', token: 'token-of-tester-0123456789' };
  await using gateway = await TestGateway.prepare({});
  const recordFile = join(gateway.folder, 'received');
  await gateway.writeRegistry({
    lmcp: { audit_rotate_mib: 1 },
    clients: { tester: { token: caller.token, allow_servers: ['recording'] } },
    servers: { recording: fixture('recording-server.ts', recordFile) },
  });
  const { acknowledged, unrecorded, undecided } = await crashCampaign(gateway, caller, rounds, recordFile);
  say(`crashes: ${rounds} times SIGKILL, ${acknowledged} calls answered`);
  return [
    ...(unrecorded.length > 0 ? [`${unrecorded.length} answered calls are not on record`] : []),
    ...(undecided.length > 0 ? [`${undecided.length} forwarded calls were not decided on record`] : []),
    ...((await gateway.cli('audit', 'verify')).code === 0
      ? []
      : ['the log does not verify after the crashes']),
  ];
}

const { minutes, rounds } = readArguments(process.argv.slice(2));
say(`soak: ${minutes} minutes of load, then ${rounds} crashes`);
const broken = [...(await mixedLoad(minutes)), ...(await crashes(rounds))];
for (const words of broken) say(`BROKEN: ${words}`);
if (broken.length === 0) say('every promise was kept');
process.exitCode = broken.length === 0 ? 0 : 1;
