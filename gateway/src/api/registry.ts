import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { registryProblem } from './schema/problem.ts';
import { registryView } from './schema/registryView.ts';
import { instant, jsonObject, named, ok, type Described } from './schema/named.ts';

const fileError = named(
  'FileError',
  'The registry file on disk is invalid; the last valid version stays active.',
  z.strictObject({ message: z.string(), since_at: instant, problems: z.array(registryProblem) }),
);

const registryViewAnswer = named(
  'RegistryViewAnswer',
  'The registry file without its secrets.',
  z.strictObject({
    ok,
    revision: z.string().meta({ description: 'The active revision, for `If-Match`.' }),
    path: z.string().meta({ description: 'The registry file.' }),
    file_error: fileError.nullable().meta({ description: 'Null while the file on disk is active.' }),
    registry: registryView,
  }),
);

const patch = jsonObject.meta({
  description: 'Keys of the registry file: objects merge deep, lists and scalars replace, null removes.',
});

export const patchRequest = named('PatchRequest', 'A change of the registry.', z.strictObject({ patch }), [
  { patch: { clients: { codex: { allow_servers: ['time'] } } } },
]);

const errors = z.array(registryProblem).meta({ description: 'Empty when the result is valid.' });
const changesSummary = z
  .array(z.string())
  .meta({ description: 'One sentence for each change, without secrets.' });
const restartRequired = z
  .array(z.string())
  .meta({ description: 'Settings that take effect with the next start, as `lmcp.port`.' });

const validateAnswer = named(
  'ValidateAnswer',
  'Whether the registry would be valid with the patch.',
  z.strictObject({ ok, valid: z.boolean(), errors, changes_summary: changesSummary }),
);

export const applyAnswer = named(
  'ApplyAnswer',
  'What a change of the registry did.',
  z.strictObject({
    ok,
    applied: z.boolean().meta({ description: 'False when the result would be invalid (`errors`).' }),
    backup_path: z
      .string()
      .nullable()
      .meta({ description: 'The registry before the change; null when nothing was written.' }),
    history_id: z
      .string()
      .nullable()
      .meta({ description: 'The history entry that undoes this change; null when nothing was written.' }),
    errors,
    changes_summary: changesSummary,
    restart_required: restartRequired.exactOptional(),
    revision: z.string().meta({ description: 'The active revision when the answer is sent.' }),
  }),
);

const toolRef = named(
  'ToolRef',
  'A tool of a server.',
  z.strictObject({ server_id: z.string(), tool: z.string() }),
);

const clientImpact = named(
  'ClientImpact',
  'What a change means for one client.',
  z.strictObject({
    client_id: z.string(),
    change: z.enum(['added', 'removed', 'changed']),
    gained: z.array(toolRef).meta({ description: 'Tools that the client may call only afterwards.' }),
    lost: z.array(toolRef).meta({ description: 'Tools that the client may call only before.' }),
    gained_servers: z
      .array(z.string())
      .meta({ description: 'Servers gained whose tools are not known yet, so that they cannot be counted.' }),
    lost_servers: z.array(z.string()).meta({ description: 'The same for servers lost.' }),
    words: z.string().meta({ description: 'As in "codex gains 3 tools and loses 1".' }),
  }),
);

const preview = {
  valid: z.boolean(),
  errors,
  changes_summary: changesSummary,
  revision: z.string().meta({ description: 'The revision that the change was tried on.' }),
  before_yaml: z.string().meta({ description: 'The file before, every secret replaced by `<redacted>`.' }),
  after_yaml: z.string().meta({ description: 'The file afterwards, redacted the same way.' }),
  impact: z.array(clientImpact).meta({
    description: 'One entry for each client whose access changes; empty when the result is invalid.',
  }),
  restart_required: restartRequired,
};

export const previewAnswer = named(
  'PreviewAnswer',
  'A dry run of a change.',
  z.strictObject({ ok, ...preview }),
);

const historyEntry = named(
  'HistoryEntry',
  'A registry that was replaced.',
  z.strictObject({
    history_id: z.string(),
    replaced_at: instant,
    revision: z.string(),
    changes_summary: z
      .array(z.string())
      .meta({ description: 'What the change that replaced it did; empty when that is not known.' }),
  }),
);

const historyAnswer = named(
  'HistoryAnswer',
  'Newest first, 20 at most.',
  z.strictObject({ ok, entries: z.array(historyEntry) }),
);

const historyEntryAnswer = named(
  'HistoryEntryAnswer',
  'One entry, with a dry run of restoring it.',
  z.strictObject({ ok, entry: historyEntry, preview: z.strictObject(preview) }),
);

/** The body of a POST that has nothing to say. */
export const emptyBody = named(
  'Empty',
  'Send `{}`; its content is ignored.',
  z.unknown().meta({ type: 'object' }),
  [{}],
);

export const registryEndpoints = {
  viewRegistry: endpoint({
    method: 'GET',
    path: '/registry/view',
    auth: 'management',
    summary: 'The registry without its secrets; `ETag` is the revision.',
    answer: registryViewAnswer,
    errors: [],
  }),
  validatePatch: endpoint({
    method: 'POST',
    path: '/registry/validate',
    auth: 'management',
    scope: 'access',
    summary: 'Whether the registry would be valid with the patch; writes nothing.',
    body: patchRequest,
    bodyError: 'invalid_patch',
    answer: validateAnswer,
    errors: ['invalid_registry'],
  }),
  applyPatch: endpoint({
    method: 'POST',
    path: '/registry/apply',
    auth: 'management',
    scope: 'access',
    summary: 'Changes the registry; `applied` is false when the result would be invalid.',
    body: patchRequest,
    bodyError: 'invalid_patch',
    answer: applyAnswer,
    ifMatch: true,
    errors: ['invalid_registry', 'apply_in_progress', 'revision_mismatch', 'secret_required'],
  }),
  previewPatch: endpoint({
    method: 'POST',
    path: '/management/preview',
    auth: 'management',
    scope: 'access',
    summary: 'What a patch would do, to the file and to each client; writes nothing.',
    body: patchRequest,
    bodyError: 'invalid_patch',
    answer: previewAnswer,
    errors: ['invalid_registry'],
  }),
};

export const historyEndpoints = {
  listHistory: endpoint({
    method: 'GET',
    path: '/management/history',
    auth: 'management',
    summary: 'The registries that were replaced.',
    answer: historyAnswer,
    errors: [],
  }),
  getHistoryEntry: endpoint({
    method: 'GET',
    path: '/management/history/:history_id',
    auth: 'management',
    summary: 'One of them, with a dry run of restoring it.',
    answer: historyEntryAnswer,
    errors: ['unknown_history_entry', 'invalid_registry'],
  }),
  restoreHistoryEntry: endpoint({
    method: 'POST',
    path: '/management/history/:history_id/restore',
    auth: 'management',
    scope: 'access',
    summary: "Makes it the active registry, with today's credentials.",
    body: emptyBody,
    answer: applyAnswer,
    ifMatch: true,
    errors: ['unknown_history_entry', 'invalid_registry', 'apply_in_progress', 'revision_mismatch'],
  }),
};

export type FileError = Described<typeof fileError>;
export type RegistryViewAnswer = Described<typeof registryViewAnswer>;
export type RegistryPatch = Described<typeof patch>;
export type PatchRequest = Described<typeof patchRequest>;
export type ValidateAnswer = Described<typeof validateAnswer>;
export type ApplyAnswer = Described<typeof applyAnswer>;
export type RestoreAnswer = ApplyAnswer;
export type ToolRef = Described<typeof toolRef>;
export type ClientImpact = Described<typeof clientImpact>;
export type PreviewAnswer = Described<typeof previewAnswer>;
export type HistoryEntry = Described<typeof historyEntry>;
export type HistoryAnswer = Described<typeof historyAnswer>;
export type HistoryEntryAnswer = Described<typeof historyEntryAnswer>;
