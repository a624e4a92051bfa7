import type {
  ApplicationsAnswer,
  ConnectionAnswer,
  connectionEndpoints,
  ConnectionRequest,
} from '../../../api/client/connections.ts';
import type { Application } from '../../../connect/applications/application.ts';
import { applicationNamed } from '../../../connect/applications/applications.ts';
import { foundApplications, usualFile } from '../../../connect/applications/onThisMachine.ts';
import { digestOf } from '../../../connect/connectRecord.ts';
import { ForeignFileError } from '../../../connect/foreignFile.ts';
import type { RegistrySource } from '../../../connect/write/clearTokens.ts';
import {
  connectDiff,
  isPerformed,
  performConnect,
  planConnect,
  rejectTracked,
} from '../../../connect/write/planConnect.ts';
import { dropBridgeToken, performDisconnect, planDisconnect } from '../../../connect/write/planDisconnect.ts';
import { standingOf, type Checked } from '../../../connect/write/standing.ts';
import { insideImage } from '../../../registry/container/productImage.ts';
import { baseDirOf } from '../../../registry/file/baseDir.ts';
import { readTokenFile } from '../../../registry/file/tokenFile.ts';
import { quoted } from '../../../registry/yaml/problem.ts';
import { ApiError } from '../../apiError.ts';
import { knownClient } from '../../clients/clientEdits.ts';
import type { ManagementDependencies } from '../../dependencies.ts';
import { patchEdit } from '../../registry/registryEdit.ts';
import type { RegistryWriter } from '../../registry/registryWriter.ts';
import { json, type Handlers, type RawRequest } from '../../route.ts';
import { validSecretsFile } from '../secretRoutes.ts';
import { secretsPath } from '../../../registry/secrets/secretReader.ts';

/** What one request is about. */
interface Wish {
  readonly application: Application;
  readonly path: string;
  readonly clientId: string;
  readonly asked: ConnectionRequest;
  readonly asker: Pick<RawRequest, 'ifMatch' | 'requestId'>;
}

/** `/management/applications`, and what connects them: files of other programs, on the machine of the gateway. */
export function connectionHandlers(
  { store, env, gatewayEndpoint, audit }: ManagementDependencies,
  writer: RegistryWriter,
): Handlers<typeof connectionEndpoints> {
  const source = (): RegistrySource => ({
    path: store.path,
    text: store.text,
    registry: store.current,
    // A token of the gateway's own environment is nobody's here.
    env: { ...env, LMCP_TOKEN: undefined },
    baseDir: baseDirOf(store.path),
    readFile: readTokenFile,
  });
  const standings = (): Promise<Checked[]> =>
    Promise.all(
      foundApplications(env).flatMap((application) => {
        const file = usualFile(application, env);
        return file === undefined ? [] : [standingOf(source(), application, file, gatewayEndpoint())];
      }),
    );

  const connect = async (wish: Wish): Promise<ConnectionAnswer> => {
    const { application, clientId, path, asked, asker } = wish;
    const plan = await planConnect(source(), {
      ...{ application, clientId, path, endpoint: gatewayEndpoint(), byBridge: asked.bridge === true },
      ...{ tokens: asked.token === undefined ? [] : [asked.token], allow: [], commandLine },
    });
    const answer = answerOf(wish, plan.before, connectDiff(plan), [
      ...[plan.token.note, application.note].filter((note) => typeof note === 'string'),
    ]);
    if (await isPerformed(source(), plan)) return { ...answer, diff: '', notes: [] };
    await rejectTracked(plan, commandLine);
    if (!asked.apply) return answer;
    requireSeen(asked, answer);
    if (plan.isBridged) await validSecretsFile(secretsPath(store.path));
    await logWrite(wish);
    await performConnect(source(), plan, async (patch) => {
      const { applied, errors } = await writer.write('client_connect', asker, patchEdit(patch), patch);
      if (!applied) throw new ForeignFileError(errors[0]?.message ?? 'the registry would be invalid');
    });
    return { ...answer, written: true };
  };
  const disconnect = async (wish: Wish): Promise<ConnectionAnswer> => {
    const { application, path, asked } = wish;
    const plan = await planDisconnect(store.path, application, path);
    if (plan === null) return answerOf(wish, { path, text: null }, '', []);
    const stays = plan.client === null ? [] : [`client ${plan.client} stays in the registry`];
    const answer = answerOf(wish, plan.before, plan.diff, stays);
    if (!asked.apply) return answer;
    requireSeen(asked, answer);
    await logWrite(wish);
    await performDisconnect(store.path, plan);
    await dropBridgeToken(source(), plan.bridged, standings);
    return { ...answer, written: true };
  };
  const logWrite = ({ application, path, clientId, asked, asker }: Wish): Promise<void> => {
    const action = asked.action === 'connect' ? 'application_connect' : 'application_disconnect';
    const detail = { source: 'apply', action, application: application.name, file: path };
    return audit.append([
      {
        ...{ event: 'config_change', allowed: true, reason: 'ok', client_id: clientId },
        ...{ request_id: asker.requestId, detail },
      },
    ]);
  };

  return {
    listApplications: async () => {
      await store.reload();
      const unavailable = unavailableHere(store.current.settings.loopbackOnly);
      const found = unavailable === null ? await standings() : [];
      return json({ ok: true, unavailable, applications: found.map(viewOf) });
    },
    connectApplication: async (request) => {
      await store.reload();
      const { id } = knownClient(store.current, request.params.client_id);
      const application = applicationNamed(request.params.app);
      if (application === undefined)
        throw new ApiError('unknown_application', `LMCP knows no application ${quoted(request.params.app)}`);
      const path = usualFile(application, env);
      const rejected =
        unavailableHere(store.current.settings.loopbackOnly) ??
        (path === undefined ? `${application.title} has no file on this platform` : null);
      const wish = {
        ...{ application, clientId: id, path: path ?? '', asked: request.body, asker: request },
      };
      try {
        if (rejected !== null) throw new ForeignFileError(rejected);
        return json(await (request.body.action === 'connect' ? connect(wish) : disconnect(wish)));
      } catch (error) {
        const message = reasonOf(error);
        if (message === undefined) throw error;
        if (request.body.apply) throw new ApiError('not_connectable', message);
        return json({ ...answerOf(wish, { path: wish.path, text: null }, '', []), rejected: message });
      }
    },
  };
}

/** Why the files of the person are not those that the gateway sees; null where they are. */
function unavailableHere(loopbackOnly: boolean): string | null {
  if (insideImage())
    return 'The gateway runs in a container, where the files of your applications are not. Copy the snippet, or run lmcp connect on the machine that has them.';
  if (!loopbackOnly)
    return 'The gateway listens on other addresses than this machine’s own, so the application may be on another one. Copy the snippet, or run lmcp connect there.';
  return null;
}

/** Commands are shown as they are documented: the gateway does not know how the person starts them. */
function commandLine(rest: string): string {
  return `lmcp ${rest}`;
}

function answerOf(
  { application }: Wish,
  before: { readonly path: string; readonly text: string | null },
  diff: string,
  notes: readonly string[],
): ConnectionAnswer {
  return {
    ok: true,
    app: application.name,
    file: before.path,
    file_digest: digestOf(before.text),
    diff,
    notes: [...notes],
    rejected: null,
    written: false,
  };
}

function requireSeen(
  { file_digest: seen }: ConnectionRequest,
  { file, file_digest: now }: ConnectionAnswer,
): void {
  if (seen === undefined || seen === now) return;
  throw new ForeignFileError(`${file} was changed by another program since it was shown: look at it again`);
}

function viewOf({ application, file, state, client }: Checked): ApplicationsAnswer['applications'][number] {
  const title = applicationNamed(application)?.title ?? application;
  return { app: application, title, file, state, client_id: client };
}

/** Why a file of another program is left alone; undefined for every other error. */
function reasonOf(error: unknown): string | undefined {
  if (error instanceof ForeignFileError) return error.message;
  const { code, syscall, path = 'its file' } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return undefined;
  return `${path} cannot be read or written (${code}); nothing was changed`;
}
