import { expect, test } from 'vitest';
import { ManagedGateway } from '../harness/management.ts';

test('commands and the management API write the registry concurrently: no change is lost', async () => {
  await using managed = await ManagedGateway.start();
  const { gateway } = managed;
  const added = Array.from({ length: 6 }, (_, i) => `cli${i}`);
  const ended = new AbortController();
  const commands = Promise.all(added.map((id) => gateway.cli('client', 'add', id)));
  void commands.finally(() => ended.abort());
  const applied: string[] = [];
  while (!ended.signal.aborted || applied.length <= 10) {
    const id = `api${applied.length}`;
    const { status, body } = await managed.apply({
      clients: { [id]: { allow_servers: [], token: `token-of-the-client-${id}` } },
    });
    // Six concurrent commands may be quicker five times in a row: the command then reports it, and is started again.
    if (status === 412) continue;
    expect([status, body.applied]).toEqual([200, true]);
    applied.push(id);
  }
  expect((await commands).filter(({ code }) => code !== 0)).toEqual([]);
  expect(applied.length).toBeGreaterThan(10);
  const { clients } = await managed.fileData();
  expect(Object.keys(clients)).toEqual(expect.arrayContaining([...added, ...applied]));
  expect(await managed.fileText()).toContain('# the editor');
});
