import { parametersOf, refTo } from '../src/api/openapi/components.ts';
import type { Endpoint, Endpoints } from '../src/api/endpoint.ts';
import { apiErrors } from '../src/api/errors.ts';
import { table } from './table.ts';
import { typeText } from './typeText.ts';

/** A row for each endpoint of a group. */
export function endpointTable(group: Endpoints): string {
  const head = ['endpoint', 'what it does', 'query or body', 'answer', 'errors'];
  return table(
    head,
    Object.values(group).map((endpoint) => [
      `\`${endpoint.method} ${endpoint.path.replace(/:(\w+)/g, '{$1}')}\``,
      endpoint.summary,
      inputText(endpoint),
      answerText(endpoint),
      endpoint.errors.map((code) => `\`${code}\``).join(', '),
    ]),
  );
}

/** A row for each parameter of an endpoint's query. */
export function queryTable({ query }: Endpoint): string {
  if (query === undefined) throw new Error('the endpoint has no query');
  const { properties = {}, required = [] } = parametersOf(query);
  const rows = Object.entries(properties).map(([name, property]) => {
    const schema = typeof property === 'boolean' ? {} : property;
    const optional = required.includes(name) ? '' : ' (optional)';
    return [`\`${name}\`${optional}`, typeText(schema), schema.description ?? ''];
  });
  return table(['parameter', 'type', 'meaning'], rows);
}

/** A row for each error code, with its HTTP statuses. */
export function errorTable(): string {
  const rows = Object.entries(apiErrors).map(([code, { statuses, description }]) => [
    `\`${code}\``,
    statuses.join(', '),
    description,
  ]);
  return table(['`error`', 'HTTP', 'meaning'], rows);
}

function inputText({ query, body, ifMatch }: Endpoint): string {
  const names = query === undefined ? [] : Object.keys(query.shape).map((name) => `\`${name}\``);
  const parts = [...names, ...(body === undefined ? [] : [typeText(refTo(body))])];
  return [...parts, ...(ifMatch === true ? ['`If-Match`'] : [])].join(', ');
}

function answerText({ answer, status }: Endpoint): string {
  const text =
    'mediaType' in answer ? `\`${answer.mediaType}\`: ${answer.description}` : typeText(refTo(answer));
  return status === undefined ? text : `${status} ${text}`;
}
