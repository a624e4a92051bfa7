import type { Tool } from '../../../catalog/tools.ts';
import { callTools, type CallTool } from '../../../search/callTools.ts';

export const maxQueries = 5;
export const maxFound = 20;
export const maxDescribed = 20;
export const usualFound = 8;

export type SearchTool = 'find_tools' | 'describe_tools' | CallTool;

const names: ReadonlySet<string> = new Set<SearchTool>(['find_tools', 'describe_tools', ...callTools]);

export function isSearchTool(name: unknown): name is SearchTool {
  return typeof name === 'string' && names.has(name);
}

/** The tool that returns full definitions, of tools that were found or are listed with short descriptions. */
export const describeTool: Tool = {
  name: 'describe_tools',
  title: 'Describe tools',
  description:
    'Gives the whole definitions of tools by their names: complete descriptions, of which lists may hold the first sentence alone, and the schemas of their arguments.',
  inputSchema: {
    type: 'object',
    properties: {
      names: {
        type: 'array',
        items: { type: 'string' },
        minItems: 1,
        maxItems: maxDescribed,
        description: 'Names of tools, as they are listed or found.',
      },
    },
    required: ['names'],
  },
  annotations: { readOnlyHint: true, openWorldHint: false },
};

/** The tools listed to a client that uses tool search. @param servers a short description of the servers */
export function searchToolDefinitions(servers: string): Tool[] {
  return [
    {
      name: 'find_tools',
      title: 'Find tools',
      description:
        `Finds tools by what they do. Give two to five different wordings of the same need: the task in plain words, the technical term, and what the tool's own name or description would say. ` +
        `Answers with names, what each does, which tool calls it, and the schemas of the best. Use it before you say that something can't be done.\n${servers}`,
      inputSchema: {
        type: 'object',
        properties: {
          queries: {
            type: 'array',
            items: { type: 'string' },
            minItems: 1,
            maxItems: maxQueries,
            description:
              'Different wordings of one need, such as ["see what the page looks like", "screenshot", "take_screenshot capture page image"].',
          },
          server: { type: 'string', description: 'Only tools of this server.' },
          limit: {
            type: 'integer',
            minimum: 1,
            maximum: maxFound,
            description: `How many tools at most; ${usualFound} without it.`,
          },
        },
        required: ['queries'],
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    describeTool,
    ...callTools.map((name): Tool => ({
      name,
      title: calls[name].title,
      description: `Calls a tool that was found by find_tools, with arguments as its schema says. ${calls[name].which}`,
      inputSchema: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'The name of the tool.' },
          arguments: { type: 'object', description: 'Its arguments.' },
        },
        required: ['name'],
      },
      annotations: calls[name].annotations,
    })),
  ];
}

const calls: Readonly<Record<CallTool, { title: string; which: string; annotations: object }>> = {
  call_read_tool: {
    title: 'Call a tool that reads',
    which: 'Only tools that change nothing.',
    annotations: { readOnlyHint: true },
  },
  call_write_tool: {
    title: 'Call a tool that writes',
    which: 'Only tools that may change something, and whose server does not call them destructive.',
    annotations: { readOnlyHint: false, destructiveHint: false },
  },
  call_destructive_tool: {
    title: 'Call a destructive tool',
    which: 'Only tools that may delete or overwrite something, as their server says.',
    annotations: { readOnlyHint: false, destructiveHint: true },
  },
};
