import { describe, expect, test } from 'vitest';
import type { SecretSource } from '../../registry/types.ts';
import { secretReading, type Keyring } from './readSecret.ts';

const node = (script: string, timeoutS = 20): SecretSource & { readonly kind: 'command' } => ({
  kind: 'command',
  argv: [process.execPath, '-e', script],
  timeoutS,
});

function reading(keyring: Partial<Keyring> = {}) {
  let [now, loaded] = [0, 0];
  const empty: Keyring = {
    get: () => Promise.resolve(null),
    set: () => Promise.resolve(),
    remove: () => Promise.resolve(),
  };
  const read = secretReading({
    keyring: () => Promise.resolve({ ...empty, ...keyring }).finally(() => loaded++),
    clock: { now: () => now, monotonic: () => now },
    env: { PATH: process.env['PATH'], GIVEN: 'given' },
  });
  return { read, pass: (ms: number) => void (now += ms), loaded: () => loaded };
}

describe('a secret from a command', () => {
  test('is what it prints, without the last line break; no shell is involved', async () => {
    const { read } = reading();
    expect(await read(node('console.log("a b\\n" + process.env.GIVEN)'))).toBe('a b\ngiven');
    expect(await read({ ...node(''), argv: [process.execPath, '-p', 'process.argv[1]', '$(x); "y"'] })).toBe(
      '$(x); "y"',
    );
  });

  test('is asked for once by all who wait, and again after five minutes or a failure', async () => {
    const { read, pass } = reading();
    const random = node('console.log(crypto.randomUUID())');
    const [first, second] = await Promise.all([read(random), read(random)]);
    expect(second).toBe(first);
    pass(299_999);
    expect(await read(random)).toBe(first);
    pass(2);
    expect(await read(random)).not.toBe(first);
  });

  test.each([
    [
      'exits',
      node('console.log("leaked-value"); console.error("leaked-value"); process.exit(3)'),
      'exited with code 3',
    ],
    ['waits', node('setInterval(() => {}, 1000)', 0.05), 'did not end within 0.05 s'],
    ['floods', node('process.stdout.write("leaked-value".repeat(10_000))'), 'printed more than 64 KiB'],
    [
      'dies',
      node('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'),
      'was ended by SIGTERM',
    ],
    ['is missing', { ...node(''), argv: ['/no/such/program'] }, 'was not found'],
  ])('that %s is an error without its output', async (_, source, expected) => {
    const error = await reading()
      .read(source)
      .catch((thrown: unknown) => thrown as Error);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(new RegExp(`${expected}$`));
    expect((error as Error).message).not.toContain('leaked-value');
  });
});

test('the keyring is loaded with the first secret that is stored there', async () => {
  const { read, loaded } = reading({ get: (service, account) => Promise.resolve(`${service}/${account}`) });
  expect(await read({ kind: 'value', value: 'v' })).toBe('v');
  expect(loaded()).toBe(0);
  const source = { kind: 'keyring', service: 'lmcp', account: 'A', updated: null } as const;
  expect(await read(source)).toBe('lmcp/A');
  await expect(reading().read(source)).rejects.toThrow('the keyring holds nothing under lmcp/A');
});

test('a file that is gone is an error with its path', async () =>
  expect(reading().read({ kind: 'file', path: '/no/such/file', digest: '' })).rejects.toThrow(
    '/no/such/file cannot be read (ENOENT)',
  ));
