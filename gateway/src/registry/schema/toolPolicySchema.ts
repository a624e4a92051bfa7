import { z } from 'zod';
import type { RegistryPath } from '../yaml/problem.ts';
import type { ReadContext } from './read/readContext.ts';
import type { ToolPolicy } from '../types.ts';

const toolNames = z.array(
  z
    .string()
    .min(1)
    .max(256)
    .refine(
      (name) => !name.includes('*'),
      'tool names are compared exactly, a pattern does not match anything',
    )
    .refine((name) => !/[\u0000-\u001f\u007f]/.test(name), 'a tool name has no control characters')
    .meta({ examples: ['read_file'] }),
);

export const toolPolicySchema = z
  .strictObject({
    mode: z.enum(['allow_all', 'deny_all', 'allow_list']).optional().meta({
      description:
        'allow_all: every tool but deny_tools; deny_all: none; allow_list: only allow_tools, without deny_tools.',
      default: 'allow_all',
    }),
    allow_tools: toolNames
      .optional()
      .meta({ description: 'Names that the server uses; for `mode: allow_list`.' }),
    deny_tools: toolNames.optional().meta({ description: 'Denied in every mode.' }),
  })
  .meta({
    description: 'Which tools may be called. Filters tools/list too.',
    examples: [{ mode: 'allow_list', allow_tools: ['read_file'] }],
  });

/** A policy that was not written: everything is allowed. */
const allowAll: ToolPolicy = { mode: 'allow_all', allowTools: new Set(), denyTools: new Set() };

export function buildToolPolicy(
  read: z.output<typeof toolPolicySchema> | undefined,
  path: RegistryPath,
  context: ReadContext,
): ToolPolicy {
  if (read === undefined) return allowAll;
  const policy: ToolPolicy = {
    mode: read.mode ?? allowAll.mode,
    allowTools: new Set(read.allow_tools),
    denyTools: new Set(read.deny_tools),
  };
  warnAboutPolicy(policy, path, context);
  return policy;
}

function warnAboutPolicy(policy: ToolPolicy, path: RegistryPath, { findings }: ReadContext): void {
  const { mode, allowTools, denyTools } = policy;
  const allowPath = [...path, 'allow_tools'];
  if (mode === 'allow_all' && allowTools.size > 0) {
    findings.warning(
      allowPath,
      'allow_tools has no effect with mode allow_all',
      'write mode: allow_list to allow only these tools',
    );
  }
  if (mode === 'allow_list' && allowTools.size === 0) {
    findings.warning(
      path,
      'an allow_list without allow_tools lets nothing through',
      'list the tools in allow_tools, or write mode: deny_all',
    );
  }
  let index = 0;
  for (const tool of denyTools) {
    if (allowTools.has(tool)) {
      findings.warning(
        [...path, 'deny_tools', index],
        'this tool is in allow_tools too; it stays denied',
        'remove it from one of the two lists',
      );
    }
    index++;
  }
}
