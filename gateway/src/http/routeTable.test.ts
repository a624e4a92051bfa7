import { expect, test } from 'vitest';
import { RouteTable } from './routeTable.ts';

function table(): RouteTable<string> {
  const routes = new RouteTable<string>();
  routes.add('GET', '/status', 'status');
  routes.add(undefined, '/status', 'no such method of status');
  routes.add('GET', '/servers/:id', 'one server');
  routes.add('DELETE', '/servers/:id', 'remove a server');
  routes.add('POST', '/servers/:id/:what', 'act on a server');
  routes.add(undefined, '/servers/:id', 'no such method of a server');
  routes.add('GET', '/ui/*', 'interface');
  return routes;
}

test.each([
  ['GET', '/status', 'status'],
  ['HEAD', '/status', 'status'],
  ['GET', '/status?limit=1', 'status'],
  ['POST', '/status', 'no such method of status'],
  ['GET', '/servers/a', 'one server'],
  ['DELETE', '/servers/a', 'remove a server'],
  ['PATCH', '/servers/a', 'no such method of a server'],
  ['GET', '/ui', 'interface'],
  ['GET', '/ui/', 'interface'],
  ['GET', '/ui/a/b.js', 'interface'],
])('%s %s is answered by: %s', (method, target, handler) => {
  expect(table().match(method, target)?.handler).toBe(handler);
});

test.each([
  ['GET', '/status/'],
  ['GET', '/Status'],
  ['GET', '/st%61tus'],
  ['GET', '//status'],
  ['GET', '/servers/'],
  ['GET', '/servers/a/b'],
  ['GET', '/servers/%'],
  ['GET', '/servers/%ff'],
  ['GET', '/uix'],
  ['GET', ''],
])('%s %s is not a route', (method, target) => {
  expect(table().match(method, target)).toBeUndefined();
});

test('gives the segments that a route names, decoded once', () => {
  expect(table().match('POST', '/servers/a%2Fb%2525/test?id=c')?.params).toEqual({
    id: 'a/b%25',
    what: 'test',
  });
  expect(table().match('GET', '/servers/__proto__')?.params).toEqual({ id: '__proto__' });
});
