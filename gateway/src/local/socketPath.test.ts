import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ourselves } from './folderFault.ts';
import { makeSocketPath, socketFault } from './socketPath.ts';

const person = ourselves() ?? { uid: -1 };
let folder: string;
let tmp: string;
let runtime: string;
let log: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lmcp-socket-'));
  [tmp, runtime] = [join(folder, 'tmp'), join(folder, 'run')];
  for (const each of [tmp, runtime, join(folder, 'logs'), join(folder, 'others')]) mkdirSync(each);
  chmodSync(tmp, 0o1777);
  log = join(folder, 'logs/audit.log');
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (env: Record<string, string> = { XDG_RUNTIME_DIR: runtime }, who = person): Promise<string> =>
  makeSocketPath(log, { env, person: who, tmp });
const own = (): string => join(tmp, `lmcp-${person.uid}`);

test('is in the folder of the session, else in one of its own below the temporary folder, both 0700', async () => {
  const inRuntime = await path();
  expect(inRuntime).toMatch(new RegExp(`^${runtime}/lmcp/[0-9a-f]{16}\\.sock$`));
  expect(await path()).toBe(inRuntime);
  const inTmp = await path({});
  expect(inTmp).toMatch(new RegExp(`^${own()}/[0-9a-f]{16}\\.sock$`));
  for (const each of [join(runtime, 'lmcp'), own()]) expect(statSync(each).mode & 0o777).toBe(0o700);
});

test('each log has a socket of its own', async () => {
  const [first, second, third] = [
    await path(),
    await makeSocketPath(join(folder, 'logs/other.log'), { env: { XDG_RUNTIME_DIR: runtime }, person }),
    await makeSocketPath(join(folder, 'others/audit.log'), { env: { XDG_RUNTIME_DIR: runtime }, person }),
  ];
  expect(new Set([first, second, third]).size).toBe(3);
});

test.each([
  ['relative', () => 'run'],
  ['missing', () => join(folder, 'nowhere')],
  ['too long for a socket', () => longFolder()],
])('takes the temporary folder where that of the session is %s', async (_, runtimeDir) => {
  expect((await path({ XDG_RUNTIME_DIR: runtimeDir() })).startsWith(own())).toBe(true);
});

function longFolder(): string {
  const long = join(folder, 'x'.repeat(100));
  mkdirSync(long);
  return long;
}

test('rejects a folder that is not ours alone, and says what is wrong with it', async () => {
  mkdirSync(own(), { mode: 0o755 });
  await expect(path({})).rejects.toThrow(`others may use ${own()}: chmod 700 ${own()}`);
  rmSync(own(), { recursive: true });
  symlinkSync(join(folder, 'others'), own());
  await expect(path({})).rejects.toThrow(`${own()} is a symbolic link`);
  rmSync(own());
  writeFileSync(own(), '');
  await expect(path({})).rejects.toThrow(`${own()} is not a folder`);
  rmSync(own());
  chmodSync(tmp, 0o777);
  await expect(path({})).rejects.toThrow(`others may replace ${own()}`);
});

test('rejects a folder of another user', async () => {
  const other = { uid: person.uid + 1 };
  const theirs = join(tmp, `lmcp-${other.uid}`);
  mkdirSync(theirs, { mode: 0o700 });
  const message = `${theirs} belongs to user ${person.uid}, not to user ${other.uid}`;
  await expect(path({}, other)).rejects.toThrow(message);
  expect(await socketFault(join(theirs, 'a.sock'), other)).toBe(message);
});

test('removes the socket of a gateway that was killed, and trusts none but a socket', async () => {
  const place = await path();
  expect(await socketFault(place, person)).toBe(`${place} is not a socket`);
  writeFileSync(place, '');
  expect(await socketFault(place, person)).toBe(`${place} is not a socket`);
  expect(await path()).toBe(place);
  expect(existsSync(place)).toBe(false);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(place, resolve));
  expect(await socketFault(place, person)).toBeUndefined();
  await new Promise((resolve) => server.close(resolve));
});
