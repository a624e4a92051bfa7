/** What the tests use of it: the package has no types of its own. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  interface AccessToken {
    readonly aud?: string | string[];
    readonly isExpired: boolean;
  }

  export default class Provider {
    readonly AccessToken: { find(token: string): Promise<AccessToken | undefined> };
    constructor(issuer: string, configuration: object);
    callback(): RequestListener;
  }
}
