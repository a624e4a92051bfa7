import type { Clock } from '../../clock.ts';
import { dropOldest } from '../../dropOldest.ts';
import type { Logger } from '../../logger.ts';
import { fetchAppDocument, isDocumentId } from './appDocument.ts';
import { AuthorizationCodes } from './authorizationCodes.ts';
import { Authorizations } from './authorizations.ts';
import { AppRegistrations, type App } from './registeredApp.ts';
import { IssuerTokens } from '../issuer/issuerTokens.ts';

/** What was fetched is used so long: between the look at a request and its approval. */
const documentMs = 5 * 60_000;
const maxDocuments = 32;

/** What is behind the sign-in of applications: who they are, their codes, and their authorizations. */
export class AuthorizationServer {
  readonly apps: AppRegistrations;
  readonly codes: AuthorizationCodes;
  readonly authorizations: Authorizations;
  /** Where people sign in elsewhere (`lmcp.oauth.issuer`). */
  readonly issuerTokens: IssuerTokens;
  readonly #clock: Clock;
  readonly #documents = new Map<string, { readonly app: App; readonly at: number }>();

  private constructor(installationKey: Uint8Array, clock: Clock, authorizations: Authorizations) {
    this.apps = new AppRegistrations(installationKey);
    this.codes = new AuthorizationCodes(clock);
    this.authorizations = authorizations;
    this.issuerTokens = new IssuerTokens(clock);
    this.#clock = clock;
  }

  /** @param key a secret of the installation */
  static async open(
    registryPath: string,
    { key, clock, logger }: { readonly key: Uint8Array; readonly clock: Clock; readonly logger: Logger },
  ): Promise<AuthorizationServer> {
    return new AuthorizationServer(
      key,
      clock,
      await Authorizations.open(registryPath, { key, clock, logger }),
    );
  }

  /**
   * The application with this id: as it was registered, or as its metadata document says, which is fetched; so it is asked for by
   * administrators alone. Undefined for an id of neither kind.
   * @throws AppDocumentError
   */
  async findApp(id: string): Promise<App | undefined> {
    const registered = this.apps.find(id);
    if (registered !== undefined || !isDocumentId(id)) return registered;
    const known = this.#documents.get(id);
    const now = this.#clock.monotonic();
    if (known !== undefined && now - known.at < documentMs) return known.app;
    const app = await fetchAppDocument(id);
    this.#documents.delete(id);
    this.#documents.set(id, { app, at: now });
    dropOldest(this.#documents, maxDocuments);
    return app;
  }
}
