import { hash } from 'node:crypto';
import { readSecretsFile } from '../../registry/file/tokenFile.ts';
import { secretReader } from '../../registry/secrets/secretReader.ts';

/**
 * The secrets that were set over HTTP since the start: the management token may give them to servers, because it knows their values.
 * One that was changed by other means is none of them any more.
 */
export class GivenSecrets {
  readonly #registryPath: string;
  readonly #digests = new Map<string, string>();

  constructor(registryPath: string) {
    this.#registryPath = registryPath;
  }

  add(name: string, value: string): void {
    this.#digests.set(name, digestOf(value));
  }

  has(name: string): boolean {
    const digest = this.#digests.get(name);
    if (digest === undefined) return false;
    const source = secretReader(this.#registryPath, readSecretsFile)(name);
    return source.kind === 'value' && digestOf(source.value) === digest;
  }
}

function digestOf(value: string): string {
  return hash('sha256', value, 'base64url');
}
