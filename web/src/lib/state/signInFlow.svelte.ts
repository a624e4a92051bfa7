import { everyVisible } from './requests/everyVisible.ts';
import { session } from './session.svelte.ts';

/** How often the gateway is asked whether the person has signed in; milliseconds. */
const pollMs = 1_000;

/** One sign-in of LMCP to a server, from the button to its end. */
export class SignInFlow {
  /** The page of the authorization server, while the person is there. */
  url = $state('');
  failure = $state('');
  busy = $state(false);
  #id = '';
  #stopPolling: () => void = () => undefined;
  readonly #done: () => void;

  constructor(done: () => void) {
    this.#done = done;
  }

  /** @param client whose sign-in it is; null where all share it */
  async begin(server: string, client: string | null): Promise<void> {
    this.cancel();
    this.busy = true;
    const answer = await session.routes?.beginSignIn(server, client);
    this.busy = false;
    if (answer === undefined) return;
    this.failure = answer.ok ? '' : answer.message;
    if (!answer.ok) return;
    if (answer.sign_in_id === null || answer.url === null) {
      this.#done();
      return;
    }
    this.#id = answer.sign_in_id;
    this.url = answer.url;
    this.#stopPolling = everyVisible(pollMs, () => void this.#poll(this.#id));
  }

  async finish(redirect: string): Promise<void> {
    this.busy = true;
    const answer = await session.routes?.finishSignIn(this.#id, redirect);
    this.busy = false;
    if (answer?.ok === false) this.failure = answer.message;
    else this.#ended();
  }

  async end(server: string, client: string | null): Promise<void> {
    this.busy = true;
    const answer = await session.routes?.endSignIn(server, client);
    this.busy = false;
    this.failure = answer?.ok === false ? answer.message : '';
    this.#done();
  }

  /** Nobody looks at it any more. */
  cancel(): void {
    this.#stopPolling();
    this.#id = '';
    this.url = '';
  }

  async #poll(id: string): Promise<void> {
    const answer = await session.routes?.signInProgress(id);
    if (answer === undefined || id !== this.#id) return;
    if (answer.ok && answer.state === 'pending') return;
    if (answer.ok && answer.state === 'done') this.#ended();
    else {
      this.failure = answer.message ?? 'The sign-in failed.';
      this.cancel();
    }
  }

  #ended(): void {
    this.failure = '';
    this.cancel();
    this.#done();
  }
}
