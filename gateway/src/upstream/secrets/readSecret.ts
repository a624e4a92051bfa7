import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { Clock } from '../../clock.ts';
import type { ReadSecret } from './resolveSecrets.ts';

/** What a keyring of the operating system can be asked. */
export interface Keyring {
  /** Null where it holds nothing under that name. */
  get(service: string, account: string): Promise<string | null>;
  set(service: string, account: string, value: string): Promise<void>;
  remove(service: string, account: string): Promise<void>;
}

export interface SecretPlaces {
  /** Loaded with the first secret that is stored there. */
  readonly keyring: () => Promise<Keyring>;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long a vault is not asked again, in milliseconds. */
const cachedMs = 300_000;
const maxOutputBytes = 64 * 1024;

/** Reads secrets from where the registry's file of secrets says; what commands print is kept in memory. */
export function secretReading({ keyring, clock, env }: SecretPlaces): ReadSecret {
  const printed = new Map<string, { readonly until: number; readonly value: Promise<string> }>();
  const fromCommand = (argv: readonly string[], timeoutS: number): Promise<string> => {
    const key = JSON.stringify(argv);
    const kept = printed.get(key);
    if (kept !== undefined && kept.until > clock.monotonic()) return kept.value;
    const value = outputOf(argv, timeoutS, env);
    printed.set(key, { until: clock.monotonic() + cachedMs, value });
    value.catch(() => printed.delete(key));
    return value;
  };
  return async (source) => {
    switch (source.kind) {
      case 'value':
        return source.value;
      case 'file':
        return withoutLastNewline(await readFile(source.path, 'utf8').catch(unreadable(source.path)));
      case 'command':
        return fromCommand(source.argv, source.timeoutS);
      case 'keyring': {
        const found = await (await keyring()).get(source.service, source.account);
        if (found !== null) return found;
        throw new Error(`the keyring holds nothing under ${source.service}/${source.account}`);
      }
    }
  };
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    throw new Error(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`);
  };
}

/** What a program prints; no shell is involved. Its output is in no error. */
function outputOf(argv: readonly string[], timeoutS: number, env: SecretPlaces['env']): Promise<string> {
  const [program = '', ...args] = argv;
  return new Promise((resolve, reject) => {
    const options = {
      env,
      timeout: timeoutS * 1_000,
      killSignal: 'SIGKILL',
      maxBuffer: maxOutputBytes,
      windowsHide: true,
    } as const;
    const child = execFile(program, args, options, (error, stdout) => {
      if (error === null) resolve(withoutLastNewline(stdout));
      else reject(new Error(`${program} ${failure(error, timeoutS)}`));
    });
    child.stdin?.end();
  });
}

function failure(
  error: { readonly killed?: boolean; readonly code?: unknown; readonly signal?: unknown },
  timeoutS: number,
): string {
  if (error.code === 'ENOENT') return 'was not found';
  if (error.code === 'EACCES') return 'may not be executed';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'printed more than 64 KiB';
  if (error.killed === true) return `did not end within ${timeoutS} s`;
  return typeof error.code === 'number'
    ? `exited with code ${error.code}`
    : `was ended by ${String(error.signal)}`;
}

function withoutLastNewline(text: string): string {
  return text.replace(/\r?\n$/, '');
}
