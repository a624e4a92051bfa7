import { commonErrors, errorsOf, type AnswerOf, type Endpoint } from '../endpoint.ts';
import { components, parametersOf, refTo } from './components.ts';
import { endpointGroups } from '../endpoints.ts';
import { apiErrors, type ApiErrorCode } from '../errors.ts';
import { apiFailure } from '../schema/failure.ts';
import type { openApiEndpoints } from './openApi.ts';

/** Every endpoint outside `/mcp` as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1). */
export function openApiDocument(version: string): AnswerOf<typeof openApiEndpoints.getOpenApi> {
  return {
    openapi: '3.1.1',
    info: {
      title: 'LMCP',
      version,
      description: 'Status and management of LMCP. docs/management_api.md describes it.',
    },
    security: [{}],
    paths: paths(),
    components: { schemas: components(), securitySchemes },
  };
}

const securitySchemes = {
  management: { type: 'apiKey', in: 'header', name: 'X-Lmcp-Management-Token' },
  client: { type: 'http', scheme: 'bearer', description: 'The token of a client.' },
  sign_in_code: { type: 'apiKey', in: 'header', name: 'X-Lmcp-Sign-In-Code' },
};

const security = {
  none: [{}],
  optional_management: [{}, { management: [] }],
  client: [{ client: [] }],
  management: [{ management: [] }],
  socket: [{}],
  sign_in_code: [{ sign_in_code: [] }],
} as const satisfies Readonly<Record<Endpoint['auth'], readonly object[]>>;

function paths(): Record<string, Record<string, unknown>> {
  const all: Record<string, Record<string, unknown>> = {};
  for (const [tag, group] of Object.entries(endpointGroups)) {
    for (const [id, endpoint] of Object.entries<Endpoint>(group)) {
      const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
      (all[path] ??= {})[endpoint.method.toLowerCase()] = operation(id, tag, endpoint);
    }
  }
  return all;
}

function operation(operationId: string, tag: string, endpoint: Endpoint): object {
  const { summary, body, auth } = endpoint;
  const parameters = [...pathParameters(endpoint), ...queryParameters(endpoint), ...ifMatch(endpoint)];
  return {
    operationId,
    tags: [tag],
    summary,
    security: security[auth],
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: { required: true, content: { 'application/json': { schema: refTo(body) } } },
    }),
    responses: { ...success(endpoint), ...failures(endpoint) },
  };
}

function pathParameters({ path }: Endpoint): object[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters({ query }: Endpoint): object[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = parametersOf(query);
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = typeof property === 'boolean' ? {} : property;
    return { name, in: 'query', required: required.includes(name), description, schema };
  });
}

function ifMatch(endpoint: Endpoint): object[] {
  if (endpoint.ifMatch === undefined) return [];
  const description = 'The revision to change, in quotes; any revision where absent or `*`.';
  return [{ name: 'If-Match', in: 'header', required: false, description, schema: { type: 'string' } }];
}

function success({ answer, status = 200 }: Endpoint): object {
  const [description, mediaType, schema] =
    'mediaType' in answer
      ? [answer.description, answer.mediaType, { type: 'string' }]
      : [answer.meta()?.description ?? '', 'application/json', refTo(answer)];
  return { [status]: { description, content: { [mediaType]: { schema } } } };
}

/** One response for each status, whose description lists the codes; `default` has those that every endpoint has. */
function failures(endpoint: Endpoint): Record<string, object> {
  const byStatus = Map.groupBy(errorsOf(endpoint), (code): string => String(apiErrors[code].statuses[0]));
  return Object.fromEntries(
    [...byStatus, ['default', commonErrors] as const].map(([status, codes]) => [status, failure(codes)]),
  );
}

function failure(codes: readonly ApiErrorCode[]): object {
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    content: { 'application/json': { schema: refTo(apiFailure) } },
  };
}
