import type { ServerTrialAnswer, serverTrialEndpoints, TrialTool } from '../../../api/server/serverTrial.ts';
import type { Tool } from '../../../catalog/tools.ts';
import { quoted } from '../../../registry/yaml/problem.ts';
import { valueWithoutSecrets } from '../../../upstream/secrets/withoutSecrets.ts';
import { ApiError } from '../../apiError.ts';
import type { ManagementDependencies } from '../../dependencies.ts';
import { problemsInText } from '../../registry/registryEdit.ts';
import type { RegistryWriter } from '../../registry/registryWriter.ts';
import { json, type Handlers } from '../../route.ts';
import { initializedInfo, object, text } from '../../servers.ts';
import { testServer } from '../../serverTest.ts';

/** `/management/servers/:server_id/trial`: a server is tested before it is saved. */
export function serverTrialHandlers(
  { clock, trials }: ManagementDependencies,
  writer: RegistryWriter,
): Handlers<typeof serverTrialEndpoints> {
  return {
    tryServer: async (request) => {
      const { server_id: id } = request.params;
      const found = await writer.trial(request, request.body.patch);
      if (!found.ok) {
        // The lines are those of a text that is not written.
        const errors = problemsInText(found.problems).map((problem) => ({ ...problem, line: null }));
        return json({ ...untried, errors });
      }
      const server = found.registry.servers.get(id);
      if (server === undefined)
        throw new ApiError('unknown_server', `the registry has no server ${quoted(id)} after the patch`);
      return json(
        await trials.run(server, async (trial): Promise<ServerTrialAnswer> => {
          const { steps, instance, tools } = await testServer(server, clock, trial);
          return {
            ...untried,
            passed: tools !== null,
            steps: [...steps],
            stderr: trial.stderr(),
            server_info: valueWithoutSecrets(server, initializedInfo(instance?.initializeResult ?? null)),
            tools: tools?.map((tool) => valueWithoutSecrets(server, trialTool(tool))) ?? null,
          };
        }),
      );
    },
  };
}

const untried = {
  ok: true,
  passed: false,
  errors: [],
  steps: [],
  stderr: '',
  server_info: null,
  tools: null,
} as const satisfies ServerTrialAnswer;

function trialTool(tool: Tool): TrialTool {
  return {
    name: tool.name,
    description: text(tool['description']),
    annotations: object(tool['annotations']),
  };
}
