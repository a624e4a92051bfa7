import { execFileSync } from 'node:child_process';
import { startFixture } from '../conformance/directFixture.ts';
import { auditLines } from '../harness/auditLog.ts';
import { fixtureServer, buildImage, fixtureImage } from '../harness/docker/containers.ts';
import { sleep, TestGateway } from '../harness/gateway.ts';
import { managementToken } from '../harness/management.ts';
import { fixture } from '../harness/servers.ts';
import { Seen } from './seen.ts';
import { callers, type Setting } from './setting.ts';
import { growth, vitalsOf, type Vitals } from './vitals.ts';
import { attackers, attacking } from './workers/attackers.ts';
import { caller } from './workers/calls.ts';
import { intruder, stalledReader } from './workers/intruders.ts';
import { killer } from './workers/killer.ts';
import { manager } from './workers/manager.ts';
import { callQuietly, lostBy, neighbour } from './workers/neighbour.ts';
import { listener, sessionClient, statelessClient } from './workers/sessions.ts';

const callersEach = 5;
const sampleMs = 2_000;
const drainLimitMs = 10_000;
/** Of a server that the load does not kill. */
const quietTool = 'remote__test_simple_text';

/**
 * Everything together for a number of minutes: calls, sessions, streams, the interface, intruders, servers that misbehave and
 * servers that are killed, the first third of it under all attacks beside a client that must lose nothing; then SIGTERM in the
 * middle of it.
 * @returns the promises that were broken, in words
 */
export async function mixedLoad(minutes: number, say: (text: string) => void): Promise<string[]> {
  const boxed = withEngine(say);
  const remote = await startFixture();
  try {
    await using gateway = await TestGateway.start(registry(remote.url, boxed));
    const ended = new AbortController();
    const seen = new Seen();
    const setting = { gateway, seen, signal: ended.signal, boxed };
    const all = work(setting);
    // What is stopped before SIGTERM has no excuse for a call that fails.
    const calm = new AbortController();
    const beside = [
      callQuietly({ ...setting, signal: calm.signal }, quietTool),
      ...attackers({ ...setting, signal: AbortSignal.any([calm.signal, during(minutes / 3)]) }),
    ];
    const samples = await watch(gateway, minutes, seen, say);
    calm.abort();
    await Promise.all(beside);
    const stopping = performance.now();
    const code = await gateway.stop('SIGTERM');
    const stopMs = performance.now() - stopping;
    ended.abort();
    await Promise.all(all);
    say(`${seen.calls} calls; stopped in ${stopMs.toFixed(0)} ms\n${seen.report()}`);
    const verified = await gateway.cli('audit', 'verify');
    return [
      ...growth(samples),
      ...(await lost(gateway, seen)),
      ...wrong(seen),
      ...failing(seen),
      ...lostBy(seen, quietTool),
      ...(code === 0 ? [] : [`SIGTERM under load ended with ${code}`]),
      ...(stopMs < drainLimitMs ? [] : [`SIGTERM under load took ${stopMs.toFixed(0)} ms`]),
      ...(verified.code === 0 ? [] : [`the log does not verify: ${verified.stdout}${verified.stderr}`]),
    ];
  } finally {
    remote.stop();
  }
}

/** A signal at the end of a number of minutes. */
function during(minutes: number): AbortSignal {
  return AbortSignal.timeout(minutes * 60_000);
}

function withEngine(say: (text: string) => void): boolean {
  try {
    execFileSync('docker', ['version'], { stdio: 'ignore', timeout: 10_000 });
    buildImage('fixture', fixtureImage);
    return true;
  } catch {
    say('no container engine answers here (or the image cannot be built): no server runs in a container');
    return false;
  }
}

function registry(remote: string, boxed: boolean): Parameters<typeof TestGateway.start>[0] {
  const servers = {
    plain: fixture('plain-server.ts'),
    hostile: { ...fixture('hostile-server.ts'), timeouts: { tools_call_s: 5 } },
    shared: { ...fixture('plain-server.ts'), scope: 'shared' },
    remote: { transport: 'http', url: remote },
    ...(boxed && { boxed: fixtureServer }),
  };
  const allow_servers = Object.keys(servers);
  return {
    lmcp: { audit_rotate_mib: 16, management_token: managementToken },
    clients: {
      ...Object.fromEntries(callers.map(({ id, token }) => [id, { token, allow_servers }])),
      neighbour: { token: neighbour.token, allow_servers: ['remote'] },
      ...attacking.clients,
    },
    servers: { ...servers, ...attacking.servers },
  };
}

function work(setting: Setting): Promise<unknown>[] {
  return [
    ...callers.flatMap((who) => [
      ...Array.from({ length: callersEach }, (_, i) => caller(setting, who, `${who.id}.${i}`)),
      sessionClient(setting, who),
      statelessClient(setting, who),
      listener(setting, who),
    ]),
    manager(setting),
    intruder(setting),
    stalledReader(setting),
    killer(setting),
  ];
}

/** Says every minute how the process is. */
async function watch(
  gateway: TestGateway,
  minutes: number,
  seen: Seen,
  say: (text: string) => void,
): Promise<Vitals[]> {
  const samples: Vitals[] = [];
  const start = Date.now();
  let said = 0;
  while (Date.now() < start + minutes * 60_000) {
    await sleep(sampleMs);
    const vitals = vitalsOf(gateway.process?.pid ?? 0);
    samples.push(vitals);
    const minute = Math.floor((Date.now() - start) / 60_000);
    if (minute === said) continue;
    said = minute;
    say(
      `minute ${minute}: ${seen.calls} calls, ${vitals.rssMib.toFixed(0)} MiB, ${vitals.descriptors} descriptors`,
    );
  }
  return samples;
}

/** Answered to a client, and not logged. */
async function lost(gateway: TestGateway, { answered }: Seen): Promise<string[]> {
  const missing = new Set<string | null>(answered);
  for await (const { event, request_id } of auditLines(gateway.auditPath)) {
    if (event === 'tool_result') missing.delete(request_id);
  }
  const [one] = missing;
  return missing.size === 0 ? [] : [`${missing.size} answered calls are not logged, ${one} among them`];
}

function wrong({ wrong: all }: Seen): string[] {
  return all.length === 0
    ? []
    : [`${all.length} answers belong to other calls, that of ${all[0]} among them`];
}

/** A server that is killed now and then still answers nearly always; what hostile ones do must not reach the others. */
function failing({ tools }: Seen): string[] {
  return ['plain__echo', 'plain__slow', 'plain__exotic', 'remote__test_simple_text'].flatMap((tool) => {
    const { results = 0, errors = 0 } = tools.get(tool) ?? {};
    return results > 10 * errors ? [] : [`${tool} failed ${errors} times, with ${results} results`];
  });
}
