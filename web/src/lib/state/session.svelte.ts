import type { Status } from 'lmcp-gateway/src/api/status.ts';
import type { Failure } from '#lib/api/request.ts';
import { getStatus, managementRoutes, type ManagementRoutes } from '#lib/api/routes.ts';

const tokenKey = 'lmcp.management-token';
const pollMs = 5_000;

/**
 * Whether the gateway answers and what this page may do with it. The management token lives in sessionStorage: it ends with
 * the tab, and `signOut` removes it immediately.
 */
class Session {
  status = $state.raw<Status | null>(null);
  statusAt = $state(0);
  failure = $state.raw<Failure | null>(null);
  token = $state.raw<string | null>(sessionStorage.getItem(tokenKey));
  /** Why the last token was rejected. */
  signedOutBecause = $state('');

  readonly routes: ManagementRoutes | null = $derived(
    this.token === null ? null : managementRoutes(this.token),
  );
  readonly signedIn: boolean = $derived(this.token !== null);

  async refresh(): Promise<void> {
    const answer = await getStatus(this.token);
    if (answer.ok) {
      this.status = answer.status;
      this.statusAt = Date.now();
      this.failure = null;
      if (answer.status.management === 'disabled') this.signOut();
    } else {
      this.failure = answer;
      this.sawFailure(answer);
    }
  }

  /** Asks again and again while the page is seen. Returns the function that stops it. */
  poll(): () => void {
    void this.refresh();
    const ask = (): void => {
      if (document.visibilityState === 'visible') void this.refresh();
    };
    const timer = setInterval(ask, pollMs);
    document.addEventListener('visibilitychange', ask);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }

  /** Tries the token; null when it is good and kept, else what is wrong. */
  async signIn(token: string): Promise<Failure | null> {
    if (!/^[\x21-\x7e]+$/.test(token)) return unfitToken;
    const answer = await managementRoutes(token).registry();
    if (!answer.ok && answer.error !== 'invalid_registry') return answer;
    sessionStorage.setItem(tokenKey, token);
    this.token = token;
    this.signedOutBecause = '';
    void this.refresh();
    return null;
  }

  signOut(because = ''): void {
    if (this.token === null) return;
    sessionStorage.clear();
    this.token = null;
    this.signedOutBecause = because;
    void this.refresh();
  }

  /** A token that was changed or revoked meanwhile signs the page out. */
  sawFailure(failure: Failure): void {
    if (failure.error === 'management_unauthorized' || failure.error === 'management_disabled') {
      this.signOut(failure.message);
    }
  }
}

const unfitToken: Failure = {
  ok: false,
  error: 'management_unauthorized',
  message:
    'The management token is malformed: it may contain visible ASCII characters only. Copy the whole token again.',
  status: 0,
  details: null,
};

export const session = new Session();
