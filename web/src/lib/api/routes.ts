import type { AccessAnswer, WhyAnswer } from 'lmcp-gateway/src/api/access.ts';
import type { AuditPage, AuditQuery, HistogramAnswer, VerifyAnswer } from 'lmcp-gateway/src/api/audit.ts';
import type {
  ApproveAuthorization,
  AuthorizationRedirect,
  AuthorizationRequestAnswer,
  AuthorizationsAnswer,
  RevokeAuthorization,
} from 'lmcp-gateway/src/api/signIn/authorizations.ts';
import type {
  ApplicationsAnswer,
  ConnectionAnswer,
  ConnectionRequest,
} from 'lmcp-gateway/src/api/client/connections.ts';
import type { ClientRequest } from 'lmcp-gateway/src/api/call.ts';
import type {
  AddClientRequest,
  ClientsAnswer,
  ClientTokenAnswer,
  ConnectAnswer,
  RotateRequest,
} from 'lmcp-gateway/src/api/clients.ts';
import type {
  SignedOutAnswer,
  SignInBegun,
  SignInProgress,
} from 'lmcp-gateway/src/api/signIn/serverSignIns.ts';
import type { OverviewAnswer, OverviewRange } from 'lmcp-gateway/src/api/overview.ts';
import type {
  ApplyAnswer,
  HistoryAnswer,
  HistoryEntryAnswer,
  PatchRequest,
  PreviewAnswer,
  RegistryPatch,
  RegistryViewAnswer,
  RestoreAnswer,
} from 'lmcp-gateway/src/api/registry.ts';
import type { CatalogueAdd, CatalogueAddAnswer, CatalogueAnswer } from 'lmcp-gateway/src/api/catalogue.ts';
import type { FoundAnswer, ImportAnswer, ImportRequest } from 'lmcp-gateway/src/api/imports.ts';
import type {
  RegistryEditRequest,
  RegistryFileAnswer,
  RegistrySchemaAnswer,
} from 'lmcp-gateway/src/api/settings/registryFile.ts';
import type { SettingsAnswer } from 'lmcp-gateway/src/api/settings/settings.ts';
import type { SecretAnswer, SecretsAnswer } from 'lmcp-gateway/src/api/secrets.ts';
import type { ServerLogsAnswer } from 'lmcp-gateway/src/api/server/serverLogs.ts';
import type { ServerTrialAnswer } from 'lmcp-gateway/src/api/server/serverTrial.ts';
import type {
  AcknowledgeRequest,
  ServerAnswer,
  ServersAnswer,
  ServerTestAnswer,
} from 'lmcp-gateway/src/api/servers.ts';
import type { SignInAnswer, SignOutAnswer } from 'lmcp-gateway/src/api/signIn/signIn.ts';
import type { ClientToolsAnswer, FoundToolsAnswer } from 'lmcp-gateway/src/api/tools/clientTools.ts';
import type { StatusAnswer } from 'lmcp-gateway/src/api/status.ts';
import { request, requestRaw, type Failure } from './request.ts';
import { requestAsClient } from './requestAsClient.ts';

type Answer<T> = Promise<T | Failure>;
const part = encodeURIComponent;

/** `/status`, public; with the token it also names clients and errors. */
export function getStatus(token: string | null, signal?: AbortSignal): Answer<StatusAnswer> {
  return request('/status?limit=1', { token, ...(signal && { signal }) });
}

/** The secret of a session for the code of a sign-in link. */
export function exchangeCode(signInCode: string): Answer<SignInAnswer> {
  return request('/sign-in', { method: 'POST', signInCode });
}

/** Every route behind the management token, as docs/management_api.md describes them. */
export function managementRoutes(token: string) {
  const get = <T extends { readonly ok: true }>(path: string): Answer<T> => request<T>(path, { token });
  const post = <T extends { readonly ok: true }>(path: string, body: unknown, ifMatch?: string): Answer<T> =>
    request<T>(path, { token, method: 'POST', body, ...(ifMatch !== undefined && { ifMatch }) });
  const server = (id: string): string => `/management/servers/${part(id)}`;
  const client = (id: string): string => `/management/clients/${part(id)}`;

  return {
    registry: () => get<RegistryViewAnswer>('/registry/view'),
    apply: (patch: RegistryPatch, revision: string) =>
      post<ApplyAnswer>('/registry/apply', staged(patch), revision),
    settings: () => get<SettingsAnswer>('/management/settings'),
    registryFile: () => get<RegistryFileAnswer>('/management/registry-file'),
    registrySchema: () => get<RegistrySchemaAnswer>('/management/registry-schema'),
    previewText: (body: RegistryEditRequest) =>
      post<PreviewAnswer>('/management/registry-file/preview', body),
    applyText: (body: RegistryEditRequest) => post<ApplyAnswer>('/management/registry-file', body),
    preview: (patch: RegistryPatch) => post<PreviewAnswer>('/management/preview', staged(patch)),
    history: () => get<HistoryAnswer>('/management/history'),
    historyEntry: (id: string) => get<HistoryEntryAnswer>(`/management/history/${part(id)}`),
    restore: (id: string, revision: string) =>
      post<RestoreAnswer>(`/management/history/${part(id)}/restore`, {}, revision),
    access: (patch: RegistryPatch | null) =>
      patch === null
        ? get<AccessAnswer>('/management/access')
        : post<AccessAnswer>('/management/access', staged(patch)),
    why: (of: { client: string; server: string; tool: string | null }) =>
      get<WhyAnswer>(
        `/management/why?${query({ client: of.client, server: of.server, tool: of.tool ?? undefined })}`,
      ),
    servers: () => get<ServersAnswer>('/management/servers'),
    server: (id: string) => get<ServerAnswer>(server(id)),
    /** Waits until there is a line after this one. */
    serverLogs: (id: string, of: { after: number; wait_s: number }, signal: AbortSignal) =>
      request<ServerLogsAnswer>(`${server(id)}/logs?after=${String(of.after)}&wait_s=${String(of.wait_s)}`, {
        token,
        signal,
      }),
    serverAction: (id: string, action: 'start' | 'stop' | 'restart' | 'refresh') =>
      post<ServerAnswer>(`${server(id)}/${action}`, {}),
    tryServer: (id: string, patch: RegistryPatch) =>
      post<ServerTrialAnswer>(`${server(id)}/trial`, staged(patch)),
    testServer: (id: string) => post<ServerTestAnswer>(`${server(id)}/test`, {}),
    acknowledge: (id: string, body: AcknowledgeRequest) =>
      post<ServerAnswer>(`${server(id)}/acknowledge`, body),
    authorizationRequest: (body: { request: string; issuer: string }) =>
      post<AuthorizationRequestAnswer>('/management/authorizations/request', body),
    approveAuthorization: (body: ApproveAuthorization) =>
      post<AuthorizationRedirect>('/management/authorizations/approve', body),
    denyAuthorization: (body: { request: string; issuer: string }) =>
      post<AuthorizationRedirect>('/management/authorizations/deny', body),
    authorizations: () => get<AuthorizationsAnswer>('/management/authorizations'),
    revokeAuthorization: (id: string) =>
      request<RevokeAuthorization>(`/management/authorizations/${part(id)}`, { token, method: 'DELETE' }),
    beginSignIn: (id: string, client: string | null) =>
      post<SignInBegun>(`${server(id)}/sign-in`, { client_id: client }),
    signInProgress: (id: string) => get<SignInProgress>(`/management/sign-ins/${part(id)}`),
    finishSignIn: (id: string, redirect: string) =>
      post<SignInProgress>(`/management/sign-ins/${part(id)}/finish`, { redirect }),
    endSignIn: (id: string, client: string | null) =>
      post<SignedOutAnswer>(`${server(id)}/sign-out`, { client_id: client }),
    revoke: (id: string, tools: readonly string[]) => post<ServerAnswer>(`${server(id)}/revoke`, { tools }),
    clients: () => get<ClientsAnswer>('/management/clients'),
    clientTools: (id: string, listing: object) =>
      get<ClientToolsAnswer>(`${client(id)}/tools?${query(listing)}`),
    findTools: (q: string) => get<FoundToolsAnswer>(`/management/tools?${query({ q })}`),
    addClient: (body: AddClientRequest) => post<ClientTokenAnswer>('/management/clients', body),
    rotate: (id: string, body: RotateRequest) => post<ClientTokenAnswer>(`${client(id)}/rotate`, body),
    retire: (id: string) => post<ApplyAnswer>(`${client(id)}/retire`, {}),
    importServers: (body: ImportRequest) => post<ImportAnswer>('/management/import', body),
    foundImports: () => get<FoundAnswer>('/management/import/found'),
    catalogue: (q: string) => get<CatalogueAnswer>(`/management/catalogue?${query({ q })}`),
    addFromCatalogue: (body: CatalogueAdd) => post<CatalogueAddAnswer>('/management/catalogue/add', body),
    secrets: () => get<SecretsAnswer>('/management/secrets'),
    setSecret: (name: string, value: string) => post<SecretAnswer>('/management/secrets', { name, value }),
    removeSecret: (name: string) =>
      request<SecretAnswer>(`/management/secrets/${part(name)}`, { token, method: 'DELETE' }),
    removeClient: (id: string) => request<ApplyAnswer>(client(id), { token, method: 'DELETE' }),
    applications: () => get<ApplicationsAnswer>('/management/applications'),
    connectApplication: (id: string, app: string, body: ConnectionRequest) =>
      post<ConnectionAnswer>(`${client(id)}/applications/${part(app)}`, body),
    connect: (id: string) => get<ConnectAnswer>(`${client(id)}/connect`),
    audit: (filter: AuditQuery) => get<AuditPage>(`/management/audit?${query(filter)}`),
    histogram: (filter: AuditQuery) => get<HistogramAnswer>(`/management/audit/histogram?${query(filter)}`),
    exportAudit: (filter: AuditQuery, format: 'ndjson' | 'csv') =>
      requestRaw(`/management/audit/export?${query({ ...filter, format })}`, { token }),
    overview: (range: OverviewRange) => get<OverviewAnswer>(`/management/overview?range=${range}`),
    verification: () => get<VerifyAnswer>('/management/audit/verify'),
    verify: () => post<VerifyAnswer>('/management/audit/verify', {}),
    endSession: () => request<SignOutAnswer>('/management/session', { token, method: 'DELETE' }),
    requestAsClient: (body: ClientRequest, signal: AbortSignal) => requestAsClient(token, body, signal),
  };
}

export type ManagementRoutes = ReturnType<typeof managementRoutes>;

const staged = (patch: RegistryPatch): PatchRequest => ({ patch });

function query(values: object): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') parameters.set(name, value);
  }
  return parameters.toString();
}
