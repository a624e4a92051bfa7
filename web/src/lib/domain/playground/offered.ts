import type { ClientRequest } from 'lmcp-gateway/src/api/call.ts';
import type { ServerTool } from 'lmcp-gateway/src/api/servers.ts';
import { filledTemplate, promptSchema, templateSchema } from './asSchema.ts';
import { isObject, type Schema } from './schemaShape.ts';

export const offeredKinds = ['tools', 'prompts', 'resources'] as const;
export type OfferedKind = (typeof offeredKinds)[number];

/** Something that a server offers: what it is asked with, and the request that asks for it. */
export interface OfferedItem {
  /** Of its kind alone: the name, URI or template. */
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly schema: Schema;
  /** As in "Call". */
  readonly verb: string;
  readonly request: (values: Schema) => Pick<ClientRequest, 'method' | 'params'>;
}

export function toolItem({ name, title, description, input_schema: schema }: ServerTool): OfferedItem {
  return {
    name,
    label: title === null || title === name ? name : `${name} · ${title}`,
    description: description ?? '',
    schema,
    verb: 'Call',
    request: (values) => ({ method: 'tools/call', params: { name, arguments: values } }),
  };
}

/** Of a ListPromptsResult. */
export function promptItems(result: unknown): OfferedItem[] {
  return itemsOf(result, 'prompts').map((one) => ({
    ...about(one, textOf(one['name'])),
    schema: promptSchema(one['arguments']),
    verb: 'Get prompt',
    request: (values) => ({ method: 'prompts/get', params: { name: one['name'], arguments: values } }),
  }));
}

/** Of a ListResourcesResult; its URI can be changed, since servers read some that they do not list. */
export function resourceItems(result: unknown): OfferedItem[] {
  return itemsOf(result, 'resources').map((one) => ({
    ...about(one, textOf(one['uri'])),
    schema: {
      type: 'object',
      properties: { uri: { type: 'string', default: one['uri'] } },
      required: ['uri'],
      additionalProperties: false,
    },
    verb: 'Read',
    request: ({ uri }) => ({ method: 'resources/read', params: { uri } }),
  }));
}

/** Of a ListResourceTemplatesResult. */
export function templateItems(result: unknown): OfferedItem[] {
  return itemsOf(result, 'resourceTemplates').map((one) => {
    const template = textOf(one['uriTemplate']);
    return {
      ...about(one, template),
      schema: templateSchema(template),
      verb: 'Read',
      request: (values) => ({ method: 'resources/read', params: { uri: filledTemplate(template, values) } }),
    };
  });
}

function about(one: Schema, name: string): Pick<OfferedItem, 'name' | 'label' | 'description'> {
  const title = textOf(one['title']) || textOf(one['name']);
  return {
    name,
    label: title === '' || title === name ? name : `${name} · ${title}`,
    description: textOf(one['description']),
  };
}

function itemsOf(result: unknown, member: string): Schema[] {
  const list = isObject(result) ? result[member] : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
