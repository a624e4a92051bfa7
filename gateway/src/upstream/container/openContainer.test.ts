import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { UpstreamError } from '../../errors.ts';
import { resolveSpec } from '../../registry/container/spec.ts';
import type { ContainerServer } from '../../registry/types.ts';
import type { ContainerEngine, ContainerEvent, CreateRequest } from './docker/engine/containerEngine.ts';
import { DockerRuntime } from './docker/dockerRuntime.ts';
import { RuntimeError } from './runtime/runtimeError.ts';
import { openContainer } from './openContainer.ts';
import { containerServer } from '../testing/servers.ts';
import type { ChannelEnd } from '../types.ts';
import { ownUser } from './ownUser.ts';

type EventSink = Parameters<ContainerEngine['events']>[1];

const everyLimit = {
  name: 'Docker',
  egress: true,
  ...{ memory: true, processes: true, cpus: true, swap: true, seccomp: true },
  ...{ rootless: false, machineCpus: 2, addsWritable: false },
};
const failed = (): Promise<never> => Promise.reject(new RuntimeError('failed', 'no'));

/** An engine that records its requests; a test overrides its answers. */
function engineWith(changes: Partial<ContainerEngine>) {
  const asked: string[] = [];
  const created: CreateRequest[] = [];
  const noted = (what: string) => () => Promise.resolve(void asked.push(what));
  const engine: ContainerEngine = {
    release: () => Promise.resolve('28.2.2'),
    limits: () => Promise.resolve(everyLimit),
    image: () => Promise.resolve({ user: '', volumes: [], digests: [] }),
    pull: noted('pull'),
    create: (name, request) => {
      asked.push(`create ${name.replace(/[0-9a-f]{16}$/, '…')}`);
      created.push(request);
      return Promise.resolve('id');
    },
    attach: () => Promise.resolve(new PassThrough()),
    start: noted('start'),
    stop: noted('stop'),
    remove: noted('remove'),
    processes: () => Promise.resolve(1),
    list: () => Promise.resolve([]),
    volumes: () => Promise.resolve([]),
    volumeSizes: () => Promise.resolve(new Map()),
    removeVolume: (name) => Promise.resolve(void asked.push(`remove ${name}`)),
    events: () => Promise.resolve(() => undefined),
    ...changes,
  };
  return { engine, asked, created };
}

const server = (pull: 'never' | 'missing' = 'missing'): ContainerServer =>
  ({
    id: 'fetch',
    stdioMode: 'newline',
    spec: resolveSpec({ image: 'x', pull }, 'hardened'),
  }) as ContainerServer;
function mounting(source: string): ContainerServer {
  const mounts = [{ type: 'bind', source, target: '/m', readOnly: true }] as const;
  return { ...server(), spec: resolveSpec({ image: 'x', mounts }, 'hardened') };
}
const options = { instance: 'home', mounts: { realpath: undefined, forbidden: ['/home'] } };
const oversizedIn = async (largest: number, bytes: number): Promise<number[]> => {
  const stream = new PassThrough();
  const { engine } = engineWith({ attach: () => Promise.resolve(stream) });
  const seen: number[] = [];
  await openContainer(new DockerRuntime(engine, options.instance), options)(
    server(),
    {
      largestMessage: () => largest,
      message: (_text, size) => void seen.push(size),
      oversized: (message) => void seen.push(-message.bytes),
      end: () => undefined,
    },
    new AbortController().signal,
  );
  const line = Buffer.from(`${'x'.repeat(bytes)}\n`);
  const head = Buffer.alloc(8);
  head[0] = 1;
  head.writeUInt32BE(line.length, 4);
  stream.write(Buffer.concat([head, line]));
  await expect.poll(() => seen.length).toBe(1);
  return seen;
};
const open = (engine: ContainerEngine, one = server(), signal = new AbortController().signal) =>
  openContainer(new DockerRuntime(engine, options.instance), options)(
    one,
    { message: () => undefined, end: () => undefined },
    signal,
  );

it('creates a hardened container under the installation’s name, and starts it once it is attached', async () => {
  const { engine, asked, created } = engineWith({});
  const channel = await open(engine);
  expect(asked).toEqual(['create lmcp-home-fetch-…', 'start']);
  expect(created).toMatchObject([
    {
      User: ownUser({ instance: 'home', server: 'fetch' }, false),
      HostConfig: { CapDrop: ['ALL'], NetworkMode: 'none', ReadonlyRootfs: true },
    },
  ]);
  void channel.close();
});

it('pulls no image if that is forbidden or if the image exists', async () => {
  const { engine, asked } = engineWith({ image: () => Promise.resolve(undefined) });
  await expect(open(engine, server('never'))).rejects.toMatchObject({ kind: 'command_not_found' });
  expect(asked).toEqual([]);
  await expect(open(engine)).rejects.toMatchObject({ kind: 'command_not_found' });
  expect(asked).toEqual(['pull']);
});

it.each(['memory', 'processes'])('creates no container on an engine that can’t limit %s', async (limit) => {
  const limits = (): Promise<typeof everyLimit> => Promise.resolve({ ...everyLimit, [limit]: false });
  const { engine, asked } = engineWith({ limits, image: () => Promise.resolve(undefined) });
  await expect(open(engine)).rejects.toMatchObject({
    kind: 'start_failed',
    message: expect.stringContaining(`Docker can’t hold it to its limit of ${limit}`) as string,
  });
  expect(asked).toEqual([]);
});

it.each([
  ['cpus', { cpus: 0.5 }, { cpus: false }],
  ['egress', { egress: [{ host: 'api.example', port: 443 }] }, { egress: false }],
])('an engine that can’t enforce %s gets no server whose entry names it', async (key, draft, lacking) => {
  const limits = (): Promise<typeof everyLimit> => Promise.resolve({ ...everyLimit, ...lacking });
  const { engine, asked } = engineWith({ limits, image: () => Promise.resolve(undefined) });
  const one = { ...server(), spec: resolveSpec({ image: 'x', ...draft }, 'hardened') };
  await expect(open(engine, one)).rejects.toMatchObject({
    kind: 'start_failed',
    message: expect.stringContaining(`Docker can’t enforce servers.fetch.${key} here`) as string,
  });
  expect(asked).toEqual([]);
});

it('reads the image and opens the event stream while the limits are pending, and pulls only then', async () => {
  const limits = Promise.withResolvers<typeof everyLimit>();
  const { engine, asked } = engineWith({
    limits: () => limits.promise,
    image: () => Promise.resolve(void asked.push('image')),
    events: () => Promise.resolve((asked.push('events'), () => void asked.push('closed'))),
  });
  const opened = open(engine);
  await expect.poll(() => asked.toSorted()).toEqual(['events', 'image']);
  await new Promise(setImmediate);
  expect(asked.splice(0)).toHaveLength(2);
  limits.resolve(everyLimit);
  await expect(opened).rejects.toMatchObject({ kind: 'command_not_found' });
  expect(asked).toEqual(['pull', 'image', 'closed']);
});

it.each<[string, Partial<ContainerEngine>, ContainerServer?]>([
  ['the limits are not known', { limits: failed }],
  ['a limit is missing', { limits: () => Promise.resolve({ ...everyLimit, memory: false }) }],
  ['the image can’t be inspected', { image: failed }],
  ['the image is missing', { image: () => Promise.resolve(undefined) }, server('never')],
  ['a folder may not be mounted', {}, mounting('/home')],
  ['create fails', { create: failed }],
  ['attach fails', { attach: failed }],
  ['start fails', { start: failed }],
])('closes the event stream where %s', async (_what, changes, one = server()) => {
  let [opened, closed] = [0, 0];
  const events = async (): Promise<() => void> => {
    await new Promise(setImmediate);
    opened++;
    return () => {
      closed++;
    };
  };
  const { engine } = engineWith({ ...changes, events });
  await expect(open(engine, one)).rejects.toBeInstanceOf(UpstreamError);
  await expect.poll(() => [opened, closed]).toEqual([1, 1]);
});

it('opens the event stream again where it could not be opened while the limits were pending', async () => {
  const limits = Promise.withResolvers<typeof everyLimit>();
  let attempts = 0;
  const events = (): Promise<() => void> => (++attempts === 1 ? failed() : Promise.resolve(() => undefined));
  const { engine, asked } = engineWith({ limits: () => limits.promise, events });
  const opened = open(engine);
  await new Promise(setImmediate);
  expect([attempts, asked]).toEqual([1, []]);
  limits.resolve(everyLimit);
  void (await opened).close();
  expect([attempts, asked.at(-1)]).toEqual([2, 'start']);
});

it.each(['limits', 'image', 'events'] as const)(
  'does not wait for an engine that does not answer: %s',
  async (question) => {
    const stop = new AbortController();
    const { engine, asked } = engineWith({ [question]: () => new Promise<never>(() => undefined) });
    const opened = open(engine, server(), stop.signal);
    stop.abort();
    await expect(opened).rejects.toMatchObject({ kind: 'stopped' });
    expect(asked).toEqual([]);
  },
);

it('warns once about other limits that an engine does not enforce', async () => {
  const warnings: string[] = [];
  const limits = (): Promise<typeof everyLimit> => Promise.resolve({ ...everyLimit, cpus: false });
  const { engine } = engineWith({ limits });
  const start = openContainer(new DockerRuntime(engine, options.instance), {
    ...options,
    warn: (message) => void warnings.push(message),
  });
  for (let i = 0; i < 2; i++) {
    const events = { message: () => undefined, end: () => undefined };
    void (await start(server(), events, new AbortController().signal)).close();
  }
  expect(warnings).toEqual([expect.stringContaining('share of the CPUs')]);
});

it.each([
  ['attach', { attach: failed }],
  ['start', { start: failed }],
])('leaves nothing behind where %s fails', async (_what, changes) => {
  const { engine, asked } = engineWith(changes);
  await expect(open(engine)).rejects.toMatchObject({ kind: 'start_failed' });
  expect(asked.at(-1)).toBe('remove');
});

it('starts nothing once it was aborted', async () => {
  const stop = new AbortController();
  const attach = (): Promise<PassThrough> => {
    stop.abort();
    return Promise.resolve(new PassThrough());
  };
  const { engine, asked } = engineWith({ attach });
  await expect(open(engine, server(), stop.signal)).rejects.toMatchObject({ kind: 'stopped' });
  expect(asked).toEqual(['create lmcp-home-fetch-…', 'remove']);
});

it('ends the server with an error message if the stream is not a container’s', async () => {
  const stream = new PassThrough();
  const { engine } = engineWith({ attach: () => Promise.resolve(stream) });
  const ended = Promise.withResolvers<unknown>();
  const heard: string[] = [];
  const events = {
    message: (text: string): undefined => void heard.push(text),
    end: ended.resolve,
  };
  await openContainer(new DockerRuntime(engine, options.instance), options)(
    server(),
    events,
    new AbortController().signal,
  );
  stream.push('{"jsonrpc":"2.0"}\n');
  expect(await ended.promise).toMatchObject({ expected: false, error: { kind: 'protocol' } });
  expect(heard).toEqual([]);
});

it('accepts no more once its container has ended, before it knows whether memory was the cause', async () => {
  const listening = Promise.withResolvers<(event: ContainerEvent) => void>();
  const events = (_instance: string, sink: EventSink): Promise<() => void> => {
    listening.resolve((event) => sink.event(event));
    return Promise.resolve(() => undefined);
  };
  const { engine } = engineWith({ events });
  const heard: unknown[] = [];
  const channelEvents = {
    message: () => undefined,
    ending: () => void heard.push('ending'),
    end: ({ error }: ChannelEnd) => void heard.push(error?.message),
  };
  const killed = containerServer(resolveSpec({ image: 'x' }, 'hardened'));
  await openContainer(new DockerRuntime(engine, options.instance), options)(
    killed,
    channelEvents,
    new AbortController().signal,
  );
  const emit = await listening.promise;
  emit({ type: 'die', id: 'id', exitCode: 137 });
  await expect.poll(() => heard).toEqual(['ending']);
  emit({ type: 'oom', id: 'id' });
  await expect.poll(() => heard).toEqual(['ending', expect.stringContaining('out of memory')]);
});

it('stops only servers that can write to the engine’s disk when the disk is full', async () => {
  const ended = async (draft: Partial<Parameters<typeof resolveSpec>[0]>): Promise<string> => {
    const { engine } = engineWith({});
    const listeners = new Set<() => void>();
    const onDiskFull = (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    };
    const one = { ...server(), spec: resolveSpec({ image: 'x', ...draft }, 'hardened') };
    const closed = Promise.withResolvers<string>();
    const events = {
      message: () => undefined,
      end: (end: ChannelEnd) => closed.resolve(end.error?.kind ?? 'none'),
    };
    const start = openContainer(new DockerRuntime(engine, options.instance), { ...options, onDiskFull });
    const channel = await start(one, events, new AbortController().signal);
    for (const listener of listeners) listener();
    const closing = channel.close();
    const kind = await closed.promise;
    await closing;
    expect(listeners.size).toBe(0);
    return kind;
  };
  const volume = { type: 'volume', source: 'cache', target: '/c' } as const;
  const kinds = await Promise.all([
    ended({ readOnly: false }),
    ended({ mounts: [{ ...volume, readOnly: false }] }),
    ended({ mounts: [{ ...volume, readOnly: true }] }),
    ended({}),
  ]);
  expect(kinds).toEqual(['disk_limit', 'disk_limit', 'none', 'none']);
}, 30_000);

it('accepts messages up to the limit in bytes, and reports a larger one', async () => {
  expect(await oversizedIn(1_000, 1_000)).toEqual([1_000]);
  expect(await oversizedIn(1_000, 1_001)).toEqual([-1_001]);
});
