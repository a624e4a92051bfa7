import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { redirectKind } from './redirectUri.ts';

/** An application as it describes itself: nothing of it is verified. */
export interface App {
  /** `client_id` of OAuth. */
  readonly id: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
}

const maxNameLength = 100;
const maxRedirectUris = 10;
/** An id is part of every address that an application opens. Characters. */
const maxIdLength = 4096;
const idPrefix = 'lmcp_app_';

/** Client metadata (RFC 7591, section 2), as far as LMCP looks at it. */
const metadataSchema = z.object({
  redirect_uris: z.array(z.string()).min(1).max(maxRedirectUris),
  client_name: z.string().optional(),
});

export type Registration =
  | { readonly ok: true; readonly app: App }
  | {
      readonly ok: false;
      readonly error: 'invalid_redirect_uri' | 'invalid_client_metadata';
      readonly message: string;
    };

/** What an application says of itself, by registration or in its metadata document. @param id that of the result */
export function readMetadata(metadata: unknown, id: string): Registration {
  const read = metadataSchema.safeParse(metadata);
  if (!read.success)
    return {
      ok: false,
      error: 'invalid_client_metadata',
      message: `redirect_uris must list 1 to ${maxRedirectUris} addresses`,
    };
  const { redirect_uris: redirectUris, client_name: name = '' } = read.data;
  const wrong = redirectUris.find((uri) => redirectKind(uri) === undefined);
  if (wrong !== undefined)
    return {
      ok: false,
      error: 'invalid_redirect_uri',
      message:
        'a redirect URI must be of loopback, of https, or of a scheme of the application, without user name and fragment',
    };
  return { ok: true, app: { id, name: name.trim().slice(0, maxNameLength), redirectUris } };
}

/**
 * Dynamic client registration (RFC 7591) without a store: the id holds what was registered, with a MAC. So strangers who register
 * cost no memory and push nobody else's registration out, and ids stay valid for as long as the installation's key.
 */
export class AppRegistrations {
  readonly #key: Uint8Array;

  /** @param installationKey a secret of the installation, 32 bytes */
  constructor(installationKey: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync('sha256', installationKey, '', 'lmcp app registration', 32));
  }

  register(metadata: unknown): Registration {
    const read = readMetadata(metadata, '');
    if (!read.ok) return read;
    const { name, redirectUris } = read.app;
    const body = Buffer.from(JSON.stringify([name, redirectUris])).toString('base64url');
    const id = `${idPrefix}${body}.${this.#mac(body)}`;
    if (id.length > maxIdLength)
      return {
        ok: false,
        error: 'invalid_client_metadata',
        message: 'name and redirect URIs are too long together',
      };
    return { ok: true, app: { id, name, redirectUris } };
  }

  /** The application that was registered with this id; undefined for an id that this installation did not issue. */
  find(id: string): App | undefined {
    if (!id.startsWith(idPrefix) || id.length > maxIdLength) return undefined;
    const [body = '', mac = '', ...more] = id.slice(idPrefix.length).split('.');
    const expected = Buffer.from(this.#mac(body));
    const given = Buffer.from(mac);
    if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected))
      return undefined;
    const [name, redirectUris] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [
      string,
      string[],
    ];
    return { id, name, redirectUris };
  }

  #mac(body: string): string {
    return createHmac('sha256', this.#key).update(body).digest('base64url');
  }
}
