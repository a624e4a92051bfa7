import { z } from 'zod';
import { endpoint } from '../endpoint.ts';
import { hostileText, jsonObject, named, ok, type Described } from '../schema/named.ts';
import { registryProblem } from '../schema/problem.ts';
import { patchRequest } from '../registry.ts';
import { serverInfo, serverTestStep } from '../servers.ts';

const trialTool = named(
  'TrialTool',
  'A tool of a server that was tested: untrusted text.',
  z.strictObject({
    name: hostileText.meta({ description: "The server's own name." }),
    description: hostileText.nullable(),
    annotations: jsonObject.nullable(),
  }),
);

const serverTrialAnswer = named(
  'ServerTrialAnswer',
  'The outcome of a test of a server that the registry does not have in this form.',
  z.strictObject({
    ok,
    passed: z.boolean(),
    errors: z
      .array(registryProblem)
      .meta({ description: 'Why the registry would be invalid with it: then it was not started.' }),
    steps: z.array(serverTestStep),
    stderr: hostileText.meta({
      description: 'The end of its stderr, at most 64 KiB, without its secrets: untrusted text.',
    }),
    server_info: serverInfo,
    tools: z.array(trialTool).nullable().meta({ description: 'Null where a step failed.' }),
  }),
);

export const serverTrialEndpoints = {
  tryServer: endpoint({
    method: 'POST',
    path: '/management/servers/:server_id/trial',
    auth: 'management',
    summary:
      'Tests a server as the registry would have it after a patch, without writing the patch: starts it, lists its tools and ends it. ' +
      'What the patch may give to the server is decided as for a change.',
    body: patchRequest,
    bodyError: 'invalid_patch',
    answer: serverTrialAnswer,
    errors: ['unknown_server', 'invalid_registry', 'secret_required'],
  }),
};

export type ServerTrialAnswer = Described<typeof serverTrialAnswer>;
export type TrialTool = Described<typeof trialTool>;
