import { afterEach, expect, test, vi } from 'vitest';
import { request } from './request.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ['GET', '/registry/view', /^The gateway does not answer/],
  ['POST', '/management/preview', /^The gateway does not answer/],
  ['POST', '/registry/apply', /not known whether this was done/],
  ['DELETE', '/management/clients/codex', /not known whether this was done/],
] as const)('%s %s without an answer claims no more than is known', async (method, path, message) => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')));
  const answer = await request(path, { method, ...(method === 'POST' && { body: {} }) });
  expect(answer).toMatchObject({ ok: false, error: 'offline', status: 0 });
  expect((answer as { message: string }).message).toMatch(message);
});

test('an answer that is none of the gateway’s is told as that', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status: 502 })));
  expect(await request('/status')).toMatchObject({ ok: false, error: 'not_the_gateway', status: 502 });
});

test('a rejection keeps its code and its words', async () => {
  const body = { ok: false, error: 'management_unauthorized', message: 'The token is wrong.' };
  vi.stubGlobal('fetch', () => Promise.resolve(Response.json(body, { status: 403 })));
  expect(await request('/registry/view')).toEqual({ ...body, status: 403, details: body });
});
