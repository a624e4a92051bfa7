import type { Status } from 'lmcp-gateway/src/api/status.ts';
import type { Failure } from '#lib/api/request.ts';
import { exchangeCode, getStatus, managementRoutes, type ManagementRoutes } from '#lib/api/routes.ts';
import { signInCode } from '#lib/domain/signInCode.ts';
import { notices } from './notices.svelte.ts';
import { everyVisible } from './requests/everyVisible.ts';
import { shareSession } from './signIn/sharedSession.ts';

const tokenKey = 'lmcp.management-token';
/** Where the token is the secret of a session that `lmcp open` began. */
const byLinkKey = 'lmcp.signed-in-by-link';
/** While nothing is heard of: a gateway that stopped answering is noticed by its event stream. */
const idleMs = 30_000;
/** While much happens. */
const busyMs = 3_000;
/** The status shows what an event reports a moment later. */
const settleMs = 100;

/**
 * Whether the gateway answers and what this page may do with it. The management token, or the secret of a session, lives in
 * sessionStorage: it ends with the tab, and `signOut` removes it immediately. Only the secret of a session is handed to other tabs.
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
  /** Of the active registry. Pages read again what depends on it when it changes, not with every status. */
  readonly revision: string | undefined = $derived(this.status?.registry.revision);

  #askedAt = 0;
  #soon: ReturnType<typeof setTimeout> | undefined;

  readonly #otherTabs = shareSession({
    held: () => (isByLink() ? this.token : null),
    offered: (token) => {
      if (this.token === null) void this.#begin(token);
    },
    ended: (token) => {
      if (this.token === token) this.#forget('This session was ended in another tab.');
    },
  });

  constructor() {
    const code = signInCode(location.hash);
    if (code === null) return;
    // Before the router reads it: the code is neither left in the address nor in the history.
    history.replaceState(history.state, '', location.pathname);
    void this.#signInByLink(code);
  }

  async refresh(): Promise<void> {
    clearTimeout(this.#soon);
    this.#soon = undefined;
    this.#askedAt = Date.now();
    const answer = await getStatus(this.token);
    if (answer.ok) {
      this.status = answer.status;
      this.statusAt = Date.now();
      this.failure = null;
    } else {
      this.failure = answer;
      this.sawFailure(answer);
    }
  }

  /** Asks for the status that an event may have changed: shortly, and no more often than every few seconds. */
  refreshSoon(): void {
    if (this.#soon !== undefined || document.visibilityState !== 'visible') return;
    const waitMs = Math.max(settleMs, this.#askedAt + busyMs - Date.now());
    this.#soon = setTimeout(() => void this.refresh(), waitMs);
  }

  /** Asks now and then while the page is seen. Returns the function that stops it. */
  poll(): () => void {
    void this.refresh();
    return everyVisible(idleMs, () => void this.refresh());
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

  /** Ends a session that `lmcp open` began in every tab; of the management token only this tab's copy is removed. */
  signOut(because = ''): void {
    const { token } = this;
    if (token !== null && isByLink() && because === '') {
      void this.routes?.endSession();
      this.#otherTabs.ended(token);
    }
    this.#forget(because);
  }

  async #signInByLink(code: string): Promise<void> {
    const answer = await exchangeCode(code);
    if (answer.ok) {
      await this.#begin(answer.token);
      this.#otherTabs.began(answer.token);
    } else notices.problem(answer.message);
  }

  async #begin(token: string): Promise<void> {
    if ((await this.signIn(token)) === null) sessionStorage.setItem(byLinkKey, 'yes');
  }

  #forget(because: string): void {
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

function isByLink(): boolean {
  return sessionStorage.getItem(byLinkKey) !== null;
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
