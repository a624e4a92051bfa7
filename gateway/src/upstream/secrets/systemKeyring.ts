import type { Keyring } from './readSecret.ts';

/**
 * The keyring of the operating system: Keychain, Credential Manager, or the Secret Service of the desktop.
 * @throws Error where there is none, in words
 */
export async function systemKeyring(): Promise<Keyring> {
  const { AsyncEntry } = await import('@napi-rs/keyring').catch(() => {
    throw new Error('the keyring cannot be used: the package @napi-rs/keyring is not installed');
  });
  const entry = <T>(
    service: string,
    account: string,
    ask: (entry: InstanceType<typeof AsyncEntry>) => Promise<T>,
  ) =>
    ask(new AsyncEntry(service, account)).catch((error: unknown) => {
      throw new Error(`the keyring cannot be used: ${error instanceof Error ? error.message : 'unknown'}`);
    });
  return {
    get: async (service, account) => (await entry(service, account, (one) => one.getPassword())) ?? null,
    set: async (service, account, value) => {
      await entry(service, account, (one) => one.setPassword(value));
    },
    remove: async (service, account) => {
      await entry(service, account, (one) => one.deletePassword());
    },
  };
}
