import { TestGateway } from '../../harness/gateway.ts';
import { manage, managementToken } from '../../harness/management.ts';
import { Browser } from '../../harness/oauth/browser.ts';
import { HttpStub, sendJson } from '../../harness/oauth/httpStub.ts';
import { callerNamed, credentialsOf } from '../../harness/rpc.ts';
import type { SignInBegun } from '../../../gateway/src/api/signIn/serverSignIns.ts';
import type { ServerAnswer } from '../../../gateway/src/api/servers.ts';
import { playScenario } from './playScenario.ts';
import type { Scenario } from './scenario.ts';

/** A server may ask for more scopes after a sign-in; who asks again and again is left. */
const maxSignIns = 3;

/** A gateway that stands where the suites expect a client. */
export interface LmcpAsClient extends AsyncDisposable {
  /** The relay hands scenarios over here. */
  readonly control: string;
}

export async function lmcpAsClient(): Promise<LmcpAsClient> {
  const gateway = await TestGateway.start({
    lmcp: { management_token: managementToken },
  });
  const player = new Player(gateway);
  const stub = await HttpStub.start(async ({ body }, response) => {
    const scenario = JSON.parse(body) as Scenario;
    const failure = await player.play(scenario).then(
      () => undefined,
      (error: unknown) => String(error),
    );
    sendJson(response, failure === undefined ? 200 : 500, { failure });
  });
  return {
    control: stub.origin,
    [Symbol.asyncDispose]: async () => {
      stub.close();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

class Player {
  readonly #gateway: TestGateway;
  /** One change of the registry after the other. */
  #registering: Promise<unknown> = Promise.resolve();

  constructor(gateway: TestGateway) {
    this.#gateway = gateway;
  }

  /** Its server is gone from the registry when this resolves, and with it each connection that it would wait for. */
  async play(scenario: Scenario): Promise<void> {
    const id = `${scenario.name}-${scenario.revision}`.replace(/[^a-z\d-]/gi, '-').slice(0, 60);
    await this.#inTurn(() => this.#register(id, scenario));
    await this.#playRegistered(id, scenario).finally(() =>
      this.#inTurn(() => this.#apply({ servers: { [id]: null }, clients: { [id]: null } })),
    );
  }

  #inTurn(change: () => Promise<void>): Promise<void> {
    const made = this.#registering.then(change);
    this.#registering = made.catch(() => undefined);
    return made;
  }

  async #playRegistered(id: string, scenario: Scenario): Promise<void> {
    // What LMCP leaves out, it leaves out of the list of all servers.
    const path = scenario.name === 'http-invalid-tool-headers' ? '/mcp' : `/mcp/${id}`;
    const endpoint = this.#gateway.origin + path;
    for (let signIns = 0; ; signIns++) {
      const failure = await playScenario(scenario, endpoint, credentialsOf(callerNamed(id))).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (!(await this.#needsSignIn(id))) {
        if (failure !== undefined) throw failure as Error;
        return;
      }
      if (signIns === maxSignIns) throw new Error(`${id} asks for a sign-in again and again`);
      await this.#signIn(id);
    }
  }

  async #register(id: string, scenario: Scenario): Promise<void> {
    const auth = await this.#authOf(id, scenario);
    await this.#apply({
      servers: { [id]: { transport: 'http', url: scenario.url, ...(auth !== undefined && { auth }) } },
      clients: { [id]: { token: callerNamed(id).token, allow_servers: [id] } },
    });
  }

  async #apply(patch: object): Promise<void> {
    const { body } = await this.#manage('/registry/apply', { patch });
    if (body['applied'] !== true) throw new Error(JSON.stringify(body));
  }

  async #authOf(id: string, { name, url, context }: Scenario): Promise<object | undefined> {
    if (!name.startsWith('auth/')) return undefined;
    const { client_id, client_secret, private_key_pem } = context;
    // On one line, as a secret is written.
    const secret = client_secret ?? private_key_pem?.replaceAll('\n', '\\n');
    const reference = id.replaceAll('-', '_').toUpperCase();
    if (secret !== undefined) {
      const { status, text } = await this.#manage('/management/secrets', { name: reference, value: secret });
      if (status !== 200) throw new Error(text);
    }
    const issuer = secret === undefined ? undefined : await issuerOf(url);
    return {
      type: 'oauth',
      ...(name === 'auth/basic-cimd' && {
        client_metadata_url: 'https://conformance-test.local/client-metadata.json',
      }),
      ...(name.startsWith('auth/client-credentials') && { grant: 'client_credentials' }),
      ...(client_id !== undefined && { client_id }),
      ...(issuer !== undefined && { issuer }),
      ...(client_secret !== undefined && { client_secret: `\${secret:${reference}}` }),
      ...(private_key_pem !== undefined && { client_key: `\${secret:${reference}}` }),
    };
  }

  async #needsSignIn(id: string): Promise<boolean> {
    const path = `/management/servers/${id}`;
    const { body } = await manage<ServerAnswer>(this.#gateway, managementToken, path);
    return (body.server.sign_in?.needed ?? null) !== null;
  }

  async #signIn(id: string): Promise<void> {
    const { status, body, text } = await this.#manage<SignInBegun>(`/management/servers/${id}/sign-in`, {});
    if (status !== 200) throw new Error(text);
    if (body.url === null) return;
    const page = await new Browser().open(body.url);
    if (page.status !== 200) throw new Error(page.text);
  }

  #manage<T = Record<string, unknown>>(path: string, body: object) {
    return manage<T>(this.#gateway, managementToken, path, { body });
  }
}

/** Where a person who has a secret has it from: the scenarios do not say it otherwise. */
async function issuerOf(server: string): Promise<string | undefined> {
  const { origin, pathname } = new URL(server);
  const answer = await fetch(`${origin}/.well-known/oauth-protected-resource${pathname}`);
  const metadata = (await answer.json()) as { authorization_servers?: readonly string[] };
  return metadata.authorization_servers?.[0];
}
