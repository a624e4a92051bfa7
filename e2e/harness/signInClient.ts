import type { OAuthClientProvider } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';

/** What an application stores of its sign-in, in memory; it opens no browser, but says where one would go. */
export class SignInState implements OAuthClientProvider {
  readonly redirectUrl: string;
  readonly clientMetadata;
  /** Where the person is sent. */
  opened: URL | undefined;
  registration: OAuthClientInformationMixed | undefined;
  held: OAuthTokens | undefined;
  #verifier = '';
  #states = 0;

  constructor(name: string, redirectUrl = 'http://127.0.0.1:9/callback') {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  state = (): string => `state-${++this.#states}`;
  clientInformation = () => this.registration;
  saveClientInformation = (registration: OAuthClientInformationMixed): void =>
    void (this.registration = registration);
  tokens = () => this.held;
  saveTokens = (tokens: OAuthTokens): void => void (this.held = tokens);
  invalidateCredentials = (what: string): void => {
    if (what === 'tokens' || what === 'all') this.held = undefined;
  };
  redirectToAuthorization = (url: URL): void => void (this.opened = url);
  saveCodeVerifier = (verifier: string): void => void (this.#verifier = verifier);
  codeVerifier = (): string => this.#verifier;
}

/** An application of the official SDK that is given an address and nothing else. */
export function signInClient(url: string, state: SignInState) {
  const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: state });
  return { client: new Client({ name: 'application', version: '1' }), transport };
}
