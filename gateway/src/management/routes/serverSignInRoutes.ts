import type {
  ServerSignInState,
  serverSignInEndpoints,
  SignInProgress,
} from '../../api/signIn/serverSignIns.ts';
import { quoted } from '../../registry/yaml/problem.ts';
import type { HttpServer, Server } from '../../registry/types.ts';
import type { Progress } from '../../signin/flow/pendingSignIns.ts';
import { SignInError } from '../../signin/signInError.ts';
import type { SignInState } from '../../signin/signInState.ts';
import { ApiError } from '../apiError.ts';
import { knownClient } from '../clients/clientEdits.ts';
import type { ManagementDependencies } from '../dependencies.ts';
import { patchEdit } from '../registry/registryEdit.ts';
import type { RegistryWriter } from '../registry/registryWriter.ts';
import { json, type Handlers, type ManagementRequest } from '../route.ts';

type Managed = Omit<typeof serverSignInEndpoints, 'serverSignInCallback'>;

/** `/management/servers/:id/sign-in`: LMCP signs in to servers. */
export function serverSignInHandlers(
  { store, signIns, redirectUri }: Pick<ManagementDependencies, 'store' | 'signIns' | 'redirectUri'>,
  writer: RegistryWriter,
): Handlers<Managed> {
  const serverOf = (id: string): HttpServer => {
    const server = store.current.servers.get(id);
    if (server === undefined)
      throw new ApiError('unknown_server', `the registry has no server ${quoted(id)}`);
    if (server.runtime === 'http') return server;
    throw new ApiError(
      'sign_in_failed',
      `server ${quoted(id)} runs on this machine: there is nothing to sign in to`,
    );
  };
  const clientOf = (id: string | null | undefined): string | null => {
    if (id !== null && id !== undefined) knownClient(store.current, id);
    return id ?? null;
  };
  return {
    beginServerSignIn: async (request) => {
      await store.reload();
      const { server_id: id } = request.params;
      const clientId = clientOf(request.body.client_id);
      if (serverOf(id).auth === undefined) await useOAuth(id, request, writer);
      const begun = await orRejected(() => signIns.begin(serverOf(id), clientId));
      return json({
        ok: true,
        sign_in_id: begun.kind === 'open' ? begun.id : null,
        url: begun.kind === 'open' ? begun.url : null,
        redirect_uri: redirectUri(),
        expires_s: begun.kind === 'open' ? begun.expiresS : 0,
      });
    },
    getServerSignIn: ({ params }) => json(progressOf(signIns.progress(params.sign_in_id))),
    finishServerSignIn: async ({ params, body }) => {
      progressOf(signIns.progress(params.sign_in_id));
      await orRejected(() => signIns.finishPasted(params.sign_in_id, body.redirect));
      return json({ ok: true, state: 'done', message: null });
    },
    endServerSignIn: async ({ params, body }) => {
      await store.reload();
      const [server, clientId] = [serverOf(params.server_id), clientOf(body.client_id)];
      const ended = await orRejected(() => signIns.end(server, clientId));
      return json({ ok: true, ended: ended !== undefined, revoked: ended?.revoked ?? false });
    },
  };
}

/** How a server is signed in to, as it is shown; null where it is none that LMCP signs in to. */
export function signInStateView(
  server: Server,
  stateOf: (server: HttpServer) => SignInState,
): ServerSignInState | null {
  if (server.runtime !== 'http') return null;
  const { needed, signIns } = stateOf(server);
  return {
    uses: server.auth?.per ?? 'none',
    needed,
    sign_ins: signIns.map((one) => ({
      client_id: one.clientId,
      account: one.account,
      issuer: one.issuer,
      scopes: [...one.scopes],
      signed_in_at: one.signedInAt,
      expires_at: one.expiresAt,
      renews: one.renews,
    })),
  };
}

/** Who signs in to a server wants LMCP to use that. @throws ApiError */
async function useOAuth(id: string, request: ManagementRequest, writer: RegistryWriter): Promise<void> {
  const patch = { servers: { [id]: { auth: 'oauth' } } };
  const { applied, errors } = await writer.write('apply', request, patchEdit(patch), patch);
  if (!applied) throw new ApiError('sign_in_failed', `servers.${id}.auth cannot be set`, { errors });
}

function progressOf(progress: Progress | undefined): SignInProgress {
  if (progress === undefined) throw new ApiError('unknown_sign_in', 'there is no such sign-in: begin again');
  return { ok: true, state: progress.state, message: progress.state === 'failed' ? progress.message : null };
}

async function orRejected<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof SignInError) throw new ApiError('sign_in_failed', error.message);
    throw error;
  }
}
