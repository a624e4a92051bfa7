import type { ApplyAnswer, PreviewAnswer } from 'lmcp-gateway/src/api/registry.ts';
import type { RegistryFileAnswer } from 'lmcp-gateway/src/api/settings/registryFile.ts';
import type { Failure } from '#lib/api/request.ts';
import { mergeText } from '#lib/domain/text/mergeText.ts';
import { session } from './session.svelte.ts';

const storeKey = 'lmcp.text-draft';
const quietMs = 300;

interface Stored {
  readonly base: RegistryFileAnswer;
  readonly text: string;
}

/** The registry's text as somebody edits it; kept over a reload, and moved to a version that others wrote. */
export class TextDraft {
  base = $state.raw<RegistryFileAnswer | null>(null);
  text = $state('');
  preview = $state.raw<PreviewAnswer | null>(null);
  failure = $state.raw<Failure | null>(null);
  applying = $state(false);
  /** What became of the draft when somebody else changed the file: until it is read. */
  moved = $state<'merged' | 'conflict' | null>(null);
  readonly edited: boolean = $derived(this.base !== null && this.text !== this.base.text);
  #asked = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Reads the file. A draft is merged with what changed; where both changed the same lines, the draft wins and says so. */
  async load(): Promise<void> {
    const answer = await session.routes?.registryFile();
    if (answer === undefined) return;
    if (!answer.ok) {
      this.failure = answer;
      session.sawFailure(answer);
      return;
    }
    this.failure = null;
    const { base, text } = this.base === null ? stored(answer) : { base: this.base, text: this.text };
    this.base = answer;
    if (base.revision === answer.revision || text === base.text) {
      this.#set(text === base.text ? answer.text : text);
      return;
    }
    const merged = mergeText(base.text, text, answer.text);
    this.moved = merged === null ? 'conflict' : 'merged';
    this.#set(merged ?? text);
  }

  edit(text: string): void {
    if (text !== this.text) this.#set(text);
  }

  discard(): void {
    this.moved = null;
    if (this.base !== null) this.#set(this.base.text);
  }

  /** Writes the draft; null where there is none. */
  async apply(): Promise<ApplyAnswer | Failure | null> {
    const { base, text } = this;
    if (base === null || session.routes === null) return null;
    this.applying = true;
    const answer = await session.routes.applyText({ text, revision: base.revision });
    this.applying = false;
    if (!answer.ok) session.sawFailure(answer);
    if (answer.ok && answer.applied) {
      this.moved = null;
      this.base = { ...base, text };
    }
    if (answer.ok ? answer.applied : answer.error === 'revision_mismatch') await this.load();
    return answer;
  }

  #set(text: string): void {
    this.text = text;
    if (this.base !== null && this.edited) {
      sessionStorage.setItem(storeKey, JSON.stringify({ base: this.base, text } satisfies Stored));
    } else sessionStorage.removeItem(storeKey);
    this.#asked += 1;
    const mine = this.#asked;
    clearTimeout(this.#timer);
    if (!this.edited) this.preview = null;
    else this.#timer = setTimeout(() => void this.#check(mine), quietMs);
  }

  async #check(mine: number): Promise<void> {
    const { base, text } = this;
    if (base === null) return;
    const answer = await session.routes?.previewText({ text, revision: base.revision });
    if (answer === undefined || mine !== this.#asked) return;
    if (answer.ok) {
      this.preview = answer;
      this.failure = null;
    } else if (answer.error === 'revision_mismatch') await this.load();
    else {
      this.failure = answer;
      session.sawFailure(answer);
    }
  }
}

function stored(now: RegistryFileAnswer): Stored {
  try {
    const kept = JSON.parse(sessionStorage.getItem(storeKey) ?? 'null') as Stored | null;
    return kept ?? { base: now, text: now.text };
  } catch {
    return { base: now, text: now.text };
  }
}
