import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { besideFile } from '../../fs/besideFile.ts';
import { replaceFile } from '../../fs/replaceFile.ts';

const time = z.number();

const tokenSchema = z.strictObject({
  kind: z.enum(['access', 'refresh']),
  /** SHA-256 in base64url: the token itself is kept nowhere. */
  digest: z.string(),
  /** Ms since 1970. */
  expires_at: time,
  /** Of a refresh token: when it was first exchanged. */
  used_at: time.exactOptional(),
});

const authorizationSchema = z.strictObject({
  id: z.string(),
  client_id: z.string(),
  app_id: z.string(),
  app_name: z.string(),
  audience: z.string(),
  created_at: time,
  /** Null: until it is revoked. */
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
  tokens: z.array(tokenSchema),
});

const schema = z.strictObject({ version: z.literal(1), authorizations: z.array(authorizationSchema) });

export type StoredToken = z.infer<typeof tokenSchema>;
/** An application's leave to act as a client. */
export type StoredAuthorization = z.infer<typeof authorizationSchema>;

/** Beside the registry, also where that is a symbolic link. */
export function authorizationsPath(registryPath: string): Promise<string> {
  return besideFile(registryPath, '.authorizations.json');
}

/**
 * Empty where there is no file yet.
 * @throws the file system's error; SyntaxError or ZodError for a file that holds something else
 */
export async function readAuthorizations(path: string): Promise<StoredAuthorization[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? [] : schema.parse(JSON.parse(text)).authorizations;
}

/** Replaces the file (0600) whole. @throws the file system's error; the old file is kept then */
export async function writeAuthorizations(
  path: string,
  authorizations: readonly StoredAuthorization[],
): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ version: 1, authorizations })}\n`);
}
