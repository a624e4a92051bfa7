import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tryKernelLock, type KernelLock } from '../../fs/kernelLock.ts';
import { replaceFile } from '../../fs/replaceFile.ts';
import type { Logger } from '../../logger.ts';
import { SignInError } from '../signInError.ts';
import { seal, unseal } from './sealed.ts';
import {
  isOf,
  keyOf,
  signInFile,
  type Registration,
  type SignInFile,
  type SignInRecord,
  type Whose,
} from './signInRecord.ts';

export interface StoreParts {
  readonly registryPath: string;
  /** Asked for when there is something to keep, or to read. */
  readonly key: () => Promise<Uint8Array>;
  readonly logger: Logger;
}

/** The file of the sign-ins beside a registry. */
function signInsPath(registryPath: string): string {
  return join(dirname(registryPath), 'sign_ins.json');
}

/** Together longer than a request to a token endpoint may take. */
const [maxLockTries, lockPauseMs] = [400, 50];

const empty: SignInFile = { records: [], registrations: [] };

/** The tokens of all sign-ins, in one sealed file of mode 0600. Read whole into memory, and written whole. */
export class SignInStore {
  readonly #parts: StoreParts;
  readonly #path: string;
  #file: SignInFile = empty;
  #byKey: ReadonlyMap<string, SignInRecord> = new Map();
  #loading: Promise<void> | undefined;
  /** One write after the other. */
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#path = signInsPath(parts.registryPath);
  }

  /** Resolves when the file has been read; it is read once, and again by {@link reload}. */
  ready(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Another process may have renewed a token. */
  async reload(): Promise<void> {
    await this.#writing.catch(() => undefined);
    this.#loading = this.#load();
    await this.#loading;
  }

  /** Gives the only process that does this with the file its turn. @throws what `act` throws */
  async exclusively<T>(act: () => Promise<T>): Promise<T> {
    const lock = await this.#lock();
    try {
      return await act();
    } finally {
      lock?.release();
    }
  }

  /** Undefined after long waiting: the process that has it hangs, and a sign-in may be lost rather than a call. */
  async #lock(): Promise<KernelLock | undefined> {
    for (let tries = 0; tries < maxLockTries; tries++) {
      const lock = tryKernelLock(`${this.#path}.lock`);
      if (lock !== undefined) return lock;
      await pause(lockPauseMs);
    }
    return undefined;
  }

  get records(): readonly SignInRecord[] {
    return this.#file.records;
  }

  record(whose: Whose): SignInRecord | undefined {
    return this.#byKey.get(keyOf(whose));
  }

  registration(issuer: string, redirectUri: string): Registration | undefined {
    return this.#file.registrations.find((one) => one.issuer === issuer && one.redirectUri === redirectUri);
  }

  /** In place of the sign-in before it. Durable when this resolves. @throws SignInError */
  keep(record: SignInRecord): Promise<void> {
    return this.#change((file) => ({
      ...file,
      records: [...file.records.filter((one) => !isOf(record)(one)), record],
    }));
  }

  forget(whose: Whose): Promise<void> {
    return this.#change((file) => ({ ...file, records: file.records.filter((one) => !isOf(whose)(one)) }));
  }

  keepRegistration(made: Registration): Promise<void> {
    return this.#change((file) => ({
      ...file,
      registrations: [...withoutRegistration(file, made), made],
    }));
  }

  forgetRegistration(one: Pick<Registration, 'issuer' | 'redirectUri'>): Promise<void> {
    return this.#change((file) => ({ ...file, registrations: withoutRegistration(file, one) }));
  }

  #change(edit: (file: SignInFile) => SignInFile): Promise<void> {
    const written = this.#writing
      .catch(() => undefined)
      .then(async () => {
        await this.ready();
        const next = edit(this.#file);
        await this.#write(next);
        this.#adopt(next);
      });
    this.#writing = written;
    return written;
  }

  async #load(): Promise<void> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new SignInError(`${this.#path} cannot be read. Check its permissions.`);
    });
    if (text === undefined) {
      this.#adopt(empty);
      return;
    }
    const plain = unseal(await this.#parts.key(), text);
    const read = plain === undefined ? undefined : signInFile.safeParse(JSON.parse(plain));
    if (read?.success === true) {
      this.#adopt(read.data);
      return;
    }
    this.#adopt(empty);
    this.#parts.logger.warn(
      `${this.#path} cannot be opened with the key of the sign-ins: it was changed, or its key was lost. Sign in to the servers again (lmcp login).`,
    );
  }

  #adopt(file: SignInFile): void {
    this.#file = file;
    this.#byKey = new Map(file.records.map((record) => [keyOf(record), record]));
  }

  async #write(file: SignInFile): Promise<void> {
    const sealed = seal(await this.#parts.key(), JSON.stringify(file));
    await replaceFile(this.#path, sealed).catch((error: unknown) => {
      const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
      throw new SignInError(`${this.#path} cannot be written (${code}): the sign-in was not kept.`);
    });
  }
}

function withoutRegistration(
  { registrations }: SignInFile,
  { issuer, redirectUri }: Pick<Registration, 'issuer' | 'redirectUri'>,
): Registration[] {
  return registrations.filter((one) => one.issuer !== issuer || one.redirectUri !== redirectUri);
}
