import type { Audit } from '../audit/types.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { RegistryStore } from '../registry/store.ts';
import { SignInStore } from '../signin/store/signInStore.ts';
import { storeKey } from '../signin/store/storeKey.ts';
import { SignIns } from '../signin/signIns.ts';
import type { Keyring } from '../upstream/secrets/readSecret.ts';
import { readReference, type ReadSecret } from '../upstream/secrets/resolveSecrets.ts';
import { knowSecrets } from '../upstream/secrets/withoutSecrets.ts';

/** The sign-ins of a gateway to its servers. Nothing is read or loaded before the first server that has one. */
export function serverSignIns(parts: {
  readonly store: RegistryStore;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly keyring: () => Promise<Keyring>;
  readonly readSecret: ReadSecret;
  readonly baseUrl: () => string;
  readonly changed: (serverId: string) => void;
}): SignIns {
  const { store, audit, clock, logger, env, keyring, readSecret, baseUrl, changed } = parts;
  const places = {
    registryPath: store.path,
    auditLog: store.current.settings.auditLog,
    env,
    keyring,
    logger,
  };
  let key: Promise<Uint8Array> | undefined;
  const signIns = new SignIns({
    store: new SignInStore({ registryPath: store.path, key: () => (key ??= storeKey(places)), logger }),
    clock,
    events: {
      note: (step, { serverId, clientId }, detail) => {
        const failed = step === 'failed' || step === 'lost';
        return audit.append([
          {
            event: 'server_sign_in',
            server_id: serverId,
            client_id: clientId,
            allowed: !failed,
            reason: failed ? 'server_sign_in_rejected' : 'ok',
            detail: { step, ...detail },
          },
        ]);
      },
    },
    read: (server, reference) => readReference(server, reference, readSecret),
    hide: (serverId, token) => {
      const server = store.current.servers.get(serverId);
      if (server !== undefined) knowSecrets(server, [token]);
    },
    redirectUri: () => `${baseUrl()}/oauth/callback`,
    pageOf: (serverId) => `${baseUrl()}/ui/servers/${encodeURIComponent(serverId)}`,
    changed,
  });
  store.subscribe((event) => {
    if (event.type !== 'changed') return;
    const { servers, clients } = event.diff;
    if (servers.removed.length + clients.removed.length === 0) return;
    signIns
      .forget({ servers: servers.removed, clients: clients.removed })
      .catch((error: unknown) => logger.warn(`a sign-in could not be forgotten: ${String(error)}`));
  });
  return signIns;
}
