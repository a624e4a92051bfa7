import http from 'node:http';
import { json } from 'node:stream/consumers';

/** Where a server wants to connect to. */
export interface EgressQuestion {
  /** What the proxy's address in the server's environment holds; undefined where the request has none. */
  readonly token: string | undefined;
  readonly host: string;
  readonly port: number;
}

export interface EgressAnswer {
  readonly allowed: boolean;
  /** Addresses and names outside the public internet that the server's entry means for this port. */
  readonly named: readonly string[];
}

/**
 * What the proxy denies by itself: an allowed name that leads to an address outside the public internet; a request without
 * credentials; one that is not a valid request to a proxy; a connection above the maximum.
 */
export type OwnDenial = 'private_address' | 'no_credentials' | 'malformed' | 'too_many_connections';

/** Who decides: the gateway, which knows its servers and logs what is denied. */
export interface EgressAuthority {
  decide(question: EgressQuestion): Promise<EgressAnswer>;
  /** The proxy denied a connection by itself. Resolves when that is logged. */
  denied(denial: OwnDenial, question?: Partial<EgressQuestion>): Promise<void>;
}

const maxAnswer = 10_000;

/** The gateway behind its Unix socket. Rejects where it does not answer. */
export function gatewayAuthority(socketPath: string): EgressAuthority {
  const ask = async (path: string, question: Partial<EgressQuestion>): Promise<unknown> => {
    const { token = '', host = '', port = '' } = question;
    const query = new URLSearchParams({ token, host, port: String(port) });
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = http.get({ socketPath, path: `${path}?${query.toString()}`, agent: false }, resolve);
      request.setTimeout(maxAnswer, () => request.destroy(new Error('the gateway does not answer')));
      request.on('error', reject);
    });
    if (answer.statusCode !== 200) {
      answer.resume();
      throw new Error(`the gateway answered ${answer.statusCode ?? 0}`);
    }
    return json(answer);
  };
  return {
    decide: async (question) => {
      const { allowed, named } = (await ask('/decide', question)) as Partial<EgressAnswer>;
      return { allowed: allowed === true, named: Array.isArray(named) ? named.map(String) : [] };
    },
    denied: async (denial, question = {}) => {
      await ask(`/denied/${denial}`, question);
    },
  };
}
