import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { z } from 'zod';
import { fillFromEnvironment } from './read/environment.ts';
import { isShortToken } from '../../shortToken.ts';
import type { RegistryPath } from '../yaml/problem.ts';
import type { ReadContext } from './read/readContext.ts';

const oneOrTwo = (item: z.ZodString) => z.union([item, z.array(item).max(2)]);
const newToken = 'write a new one: openssl rand -base64 32';

/** A secret in clear, or two during a rotation. */
export const tokenSchema = oneOrTwo(z.string()).meta({
  description: 'The secret itself, or `${NAME}` from the environment; a list holds two during a rotation.',
  examples: ['${LMCP_VSCODE_TOKEN}'],
});

export const tokenFileSchema = oneOrTwo(z.string().min(1)).meta({
  description: 'A file that holds the secret and nothing else, read when the registry is.',
  examples: ['secrets/vscode.token'],
});

export const tokenSha256Schema = oneOrTwo(
  z.string().regex(/^[0-9a-f]{64}$/i, 'this is not a SHA-256 digest: 64 hexadecimal digits'),
).meta({
  description: 'The SHA-256 digest of the secret in hexadecimal, so that the file holds no secret.',
  examples: ['the output of: printf %s "$TOKEN" | sha256sum'],
});

/** A token's digest and where it is, so that two equal ones can be told. */
export interface PlacedToken {
  readonly digest: Uint8Array;
  readonly path: RegistryPath;
}

type OneOrTwo = string | readonly string[] | null | undefined;

/** Whether a clear token is one that the examples print, and so no secret. */
export function isPlaceholder(token: string): boolean {
  return token === '' || /^(replace-me|your-|changeme)/i.test(token);
}

/**
 * Tokens in clear; `${NAME}` is filled in first.
 * @param whose a short management token is rejected: what it can do is worth any number of guesses
 */
export function readClearTokens(
  value: OneOrTwo,
  path: RegistryPath,
  context: ReadContext,
  whose: 'client' | 'management' = 'client',
): PlacedToken[] {
  return placed(value, path).flatMap(({ text, path: at }) => {
    const filled = fillFromEnvironment(text, context.env);
    if (filled.ok) return checkedToken(filled.text, at, context, whose);
    for (const { message, fix } of filled.faults) context.findings.problem(at, message, fix);
    return [];
  });
}

/** Tokens that are in files of their own; white space around them is not part of them. */
export function readTokenFiles(value: OneOrTwo, path: RegistryPath, context: ReadContext): PlacedToken[] {
  return placed(value, path).flatMap(({ text, path: at }) => {
    try {
      return checkedToken(context.readTokenFile(resolve(context.baseDir, text)).trim(), at, context);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      context.findings.problem(
        at,
        `the token file cannot be read (${code})`,
        'create it, readable for LMCP, or correct the path',
      );
      return [];
    }
  });
}

/** Tokens of which the file contains only the digest. */
export function readTokenDigests(value: OneOrTwo, path: RegistryPath, context: ReadContext): PlacedToken[] {
  return placed(value, path).flatMap(({ text, path: at }) => {
    const digest = Uint8Array.from(Buffer.from(text, 'hex'));
    if (Buffer.compare(digest, sha256('')) !== 0) return [{ digest, path: at }];
    context.findings.problem(at, 'this is the digest of an empty token', newToken);
    return [];
  });
}

/** No token may let two in: equal digests are reported at the later of the two places. */
export function reportEqualTokens(
  tokens: readonly PlacedToken[],
  pathText: (path: RegistryPath) => string,
  context: ReadContext,
): void {
  const first = new Map<string, RegistryPath>();
  for (const { digest, path } of tokens) {
    const key = Buffer.from(digest).toString('hex');
    const earlier = first.get(key);
    if (earlier === undefined) first.set(key, path);
    else
      context.findings.problem(
        path,
        `this token is the same as ${pathText(earlier)}`,
        `use a token of its own; ${newToken}`,
      );
  }
}

function checkedToken(
  token: string,
  path: RegistryPath,
  context: ReadContext,
  whose: 'client' | 'management' = 'client',
): PlacedToken[] {
  if (isPlaceholder(token)) {
    const what = token === '' ? 'the token is empty' : 'the token is a placeholder';
    context.findings.problem(path, what, newToken);
    return [];
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    const message = 'the token has characters that cannot be sent in a header';
    context.findings.problem(path, message, `use visible ASCII characters without spaces; ${newToken}`);
    return [];
  }
  if (isShortToken(token) && whose === 'management') {
    const message = 'the management token has fewer than 16 characters and could be guessed';
    context.findings.problem(path, message, newToken);
    return [];
  }
  if (isShortToken(token)) {
    const message = 'the token is short and could be guessed: while others guess, it is rejected';
    context.findings.warning(path, message, newToken);
  }
  return [{ digest: sha256(token), path }];
}

function sha256(text: string): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(text).digest());
}

function placed(value: OneOrTwo, path: RegistryPath): { text: string; path: RegistryPath }[] {
  if (value === null || value === undefined) return [];
  if (typeof value === 'string') return [{ text: value, path }];
  return value.map((text, index) => ({ text, path: [...path, index] }));
}
