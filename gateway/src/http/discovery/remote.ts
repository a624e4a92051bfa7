/** How a client connects to an address of LMCP, in the words of server cards and of the registry's server.json. */
export interface Remote {
  readonly type: 'streamable-http';
  readonly url: string;
  readonly headers?: readonly object[];
}

/** A name of its own for what LMCP offers: a domain that nobody can register (RFC 6762, section 3), reversed. */
export const namespace = 'local.lmcp';

/** @param oauth whether an application may sign in; otherwise it has to ask for a token */
export function remoteAt(url: string, oauth: boolean): Remote {
  return { type: 'streamable-http', url, ...(!oauth && { headers: [bearer] }) };
}

const bearer = {
  name: 'Authorization',
  description: 'The token of a client of the LMCP registry.',
  isRequired: true,
  isSecret: true,
  value: 'Bearer {token}',
  variables: {
    token: { description: 'The token of a client of the LMCP registry.', isRequired: true, isSecret: true },
  },
};
