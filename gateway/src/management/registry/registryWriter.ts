import { basename } from 'node:path';
import type { Audit } from '../../audit/types.ts';
import type { Logger } from '../../logger.ts';
import type { Reason } from '../../policy/reasons.ts';
import type { ParseResult } from '../../registry/parse.ts';
import type { RegistryStore } from '../../registry/store.ts';
import type { ApplyResult } from '../../registry/storeTypes.ts';
import { RegistryWriteError } from '../../registry/file/write.ts';
import type { GivenSecrets } from './givenSecrets.ts';
import { guardChange } from './changeGuard.ts';
import { historyIdOf } from './historyId.ts';
import { intactFile, requireIntactFile } from './intactFile.ts';
import { type Edited, editProblems, patchEdit, type RegistryEdit } from './registryEdit.ts';
import { ApiError } from '../apiError.ts';
import type { RawRequest } from '../route.ts';
import type { ApplyAnswer } from '../../api/registry.ts';

/** What is asked of the registry, for the audit log. */
export type WriteAction =
  | 'apply'
  | 'edit'
  | 'restore'
  | 'import'
  | 'client_add'
  | 'client_rotate'
  | 'client_retire'
  | 'client_remove'
  | 'client_connect'
  | 'test';

type Asker = Pick<RawRequest, 'ifMatch' | 'requestId'>;

/** The one way in which management changes the registry; what fails or is rejected is logged too. */
export class RegistryWriter {
  readonly #store: RegistryStore;
  readonly #audit: Audit;
  readonly #logger: Logger;
  readonly #given: GivenSecrets;

  constructor(parts: {
    readonly store: RegistryStore;
    readonly audit: Audit;
    readonly logger: Logger;
    readonly given: GivenSecrets;
  }) {
    this.#store = parts.store;
    this.#audit = parts.audit;
    this.#logger = parts.logger;
    this.#given = parts.given;
  }

  /**
   * Edits the file and makes it active.
   * @param patch what the request itself gives, where that is a patch
   * @param brought names of secrets that the change itself has brought: in it, and in no later one, they may be given to servers
   * @throws ApiError for a rejection; what `edit` throws; AuditUnavailableError
   */
  async write(
    action: WriteAction,
    asker: Asker,
    edit: RegistryEdit,
    patch?: unknown,
    brought: ReadonlySet<string> = new Set(),
  ): Promise<ApplyAnswer> {
    let edited: Edited | undefined;
    try {
      for (let attempt = 1; ; attempt++) {
        await requireIntactFile(this.#store);
        const result = await this.#store.apply(
          (text) => {
            edited = edit(text, intactFile(this.#store, text));
            this.#guard(action, text, { edited, patch, brought });
            return edited;
          },
          {
            ifRevision: asker.ifMatch,
            requestId: asker.requestId,
          },
        );
        if (!tryAgain(result, asker, attempt)) return await this.#answer(action, asker, result, edited);
        await this.#record(action, asker, 'registry_conflict');
      }
    } catch (error) {
      throw await this.#failed(action, asker, error);
    }
  }

  /**
   * The registry as it would be after a patch, which is not written. A rejection is logged as that of a change.
   * @throws ApiError for a rejection
   */
  async trial(asker: Asker, patch: object): Promise<ParseResult | Extract<Edited, { ok: false }>> {
    try {
      await requireIntactFile(this.#store);
      const { text, current } = this.#store;
      const edited = patchEdit(patch)(text, current);
      this.#guard('test', text, { edited, patch });
      return edited.ok ? this.#store.check(edited.text) : edited;
    } catch (error) {
      throw await this.#failed('test', asker, error);
    }
  }

  #guard(
    action: WriteAction,
    before: string,
    {
      edited,
      patch,
      brought,
    }: { readonly edited: Edited; readonly patch: unknown; readonly brought?: ReadonlySet<string> },
  ): void {
    if (!edited.ok) return;
    const { managementScope } = this.#store.current.settings;
    const restored = action === 'restore';
    const isGiven = (name: string): boolean => brought?.has(name) === true || this.#given.has(name);
    guardChange({
      before,
      after: edited.text,
      patch,
      restored,
      kept: edited.kept ?? [],
      scope: managementScope,
      isGiven,
    });
  }

  async #answer(
    action: WriteAction,
    asker: Asker,
    result: ApplyResult,
    edited: Edited | undefined,
  ): Promise<ApplyAnswer> {
    if (result.ok) return appliedAnswer(result, edited);
    if (result.reason === 'in_progress') {
      throw new ApiError(
        'apply_in_progress',
        'another change of the registry is being written; try again in a moment',
      );
    }
    if (result.reason === 'revision_mismatch') {
      throw registryChanged(result.revision);
    }
    await this.#record(action, asker, 'registry_invalid', { problems: result.problems.length });
    return {
      ok: true,
      applied: false,
      backup_path: null,
      history_id: null,
      errors: editProblems(edited, result.problems),
      changes_summary: [],
      revision: this.#store.revision,
    };
  }

  /** What to throw for an error, once a rejection or a failure is logged. */
  async #failed(action: WriteAction, asker: Asker, error: unknown): Promise<unknown> {
    if (error instanceof ApiError) {
      const reason = rejections.get(error.failure.error);
      if (reason !== undefined) await this.#record(action, asker, reason);
      return error;
    }
    const message = writeFailure(error);
    if (message === undefined) return error;
    this.#logger.error(message);
    await this.#record(action, asker, 'registry_unwritable');
    return new ApiError('internal_error', `${message}; nothing has changed`);
  }

  async #record(
    action: WriteAction,
    { requestId }: Asker,
    reason: Reason,
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const detail = { source: 'apply', action, ...more };
    await this.#audit.append([
      { event: 'config_change', allowed: false, reason, request_id: requestId, detail },
    ]);
  }
}

/** @param revision the active one */
export function registryChanged(revision: string): ApiError {
  return new ApiError(
    'revision_mismatch',
    'the registry was changed meanwhile; look at it as it is now, and decide again',
    { revision },
  );
}

const maxAttempts = 5;

/** Another process wrote the file in the same moment, and nobody has said what it must be based on. */
function tryAgain(result: ApplyResult, { ifMatch }: Asker, attempt: number): boolean {
  return (
    !result.ok && result.reason === 'revision_mismatch' && ifMatch === undefined && attempt < maxAttempts
  );
}

const rejections: ReadonlyMap<string, Reason> = new Map([
  ['apply_in_progress', 'apply_in_progress'],
  ['revision_mismatch', 'registry_conflict'],
  ['client_exists', 'registry_conflict'],
  ['invalid_registry', 'registry_invalid'],
  ['management_scope', 'management_scope'],
  ['secret_required', 'secret_required'],
]);

function appliedAnswer(
  { backupPath, diff, restartRequired, revision }: ApplyResult & { readonly ok: true },
  edited: Edited | undefined,
): ApplyAnswer {
  const notes = edited?.ok === true ? (edited.notes ?? []) : [];
  return {
    ok: true,
    applied: true,
    backup_path: backupPath,
    history_id: backupPath === null ? null : historyIdOf(basename(backupPath)),
    errors: [],
    changes_summary: [...diff.summary, ...notes],
    ...(restartRequired.length > 0 ? { restart_required: restartRequired.map((key) => `lmcp.${key}`) } : {}),
    revision,
  };
}

/** In words, where the disk would not take the change; undefined for any other error. */
function writeFailure(error: unknown): string | undefined {
  if (error instanceof RegistryWriteError) return error.message;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return `the registry before the change cannot be kept in its history (${code}): check the folder .registry-history beside it`;
}
