import type { ServerDetails } from 'lmcp-gateway/src/api/servers.ts';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { render } from 'vitest-browser-svelte';
import { session } from '#lib/state/session.svelte.ts';
import SignIn from './SignIn.svelte';

type State = NonNullable<ServerDetails['sign_in']>;

const signedIn: State['sign_ins'][number] = {
  ...{ client_id: null, account: 'ada', issuer: 'https://login.example', scopes: ['read'] },
  ...{ signed_in_at: 1, expires_at: 2, renews: true },
};

function details(
  sign_in: Partial<State>,
  needed = false,
  clients: readonly string[] = ['codex'],
): ServerDetails {
  const health = needed
    ? { action: 'sign_in', summary: 'Sign-in needed: lmcp login far' }
    : { action: null, summary: '' };
  return {
    ...{ server_id: 'far', clients, health },
    sign_in: { uses: 'server', needed: null, redirect_uri: '', sign_ins: [], ...sign_in },
  } as unknown as ServerDetails;
}

/** What the gateway is asked, and what it answers by path. */
let asked: { readonly path: string; readonly body: unknown }[];
let answers: Record<string, object>;

beforeEach(() => {
  session.token = 'a token';
  asked = [];
  answers = {};
  vi.spyOn(globalThis, 'fetch').mockImplementation((input, init) => {
    const path = new URL(String(input), location.href).pathname;
    const { body } = init ?? {};
    asked.push({ path, body: typeof body === 'string' ? JSON.parse(body) : null });
    return Promise.resolve(Response.json(answers[path] ?? { ok: false, error: 'x', message: 'no answer' }));
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  session.token = null;
});

const beginning = '/management/servers/far/sign-in';
const url = 'https://login.example/authorize?x=1';

test('a server that asks for a sign-in has the button, which leads to the page and on when that is done', async () => {
  const onchange = vi.fn();
  const screen = await render(SignIn, { server: details({ needed: 'sign_in' }, true), onchange });
  await expect.element(screen.getByText('Sign-in needed', { exact: true })).toBeVisible();
  answers[beginning] = { ok: true, sign_in_id: 's1', url, expires_s: 600 };
  answers['/management/sign-ins/s1'] = { ok: true, state: 'pending', message: null };
  await screen.getByRole('button', { name: 'Sign in' }).click();
  await expect
    .element(screen.getByRole('link', { name: 'Open the sign-in page' }))
    .toHaveAttribute('href', url);
  expect(asked[0]).toEqual({ path: beginning, body: { client_id: null } });
  expect(onchange).not.toHaveBeenCalled();
  answers['/management/sign-ins/s1'] = { ok: true, state: 'done', message: null };
  await expect.poll(() => onchange.mock.calls.length, { timeout: 10_000 }).toBe(1);
  await expect.element(screen.getByRole('button', { name: 'Sign in' })).toBeVisible();
});

test('who is signed in is shown, and can sign in again or out', async () => {
  const onchange = vi.fn();
  const screen = await render(SignIn, { server: details({ sign_ins: [signedIn] }), onchange });
  await expect.element(screen.getByText('ada')).toBeVisible();
  expect(screen.container.textContent).toContain('renewed automatically');
  await expect.element(screen.getByRole('button', { name: 'Sign in again' })).toBeVisible();
  answers['/management/servers/far/sign-out'] = { ok: true, ended: true, revoked: true };
  await screen.getByRole('button', { name: 'Sign out' }).click();
  await expect.poll(() => onchange.mock.calls.length).toBe(1);
});

test('with a sign-in for each client the client is chosen', async () => {
  const server = details({ uses: 'client' }, false, ['codex', 'vscode']);
  const screen = await render(SignIn, { server, onchange: () => undefined });
  await screen.getByLabelText('Client').selectOptions('vscode');
  await screen.getByRole('button', { name: 'Sign in' }).click();
  expect(asked[0]).toEqual({ path: beginning, body: { client_id: 'vscode' } });
  await expect.element(screen.getByText('no answer')).toBeVisible();
});

test('the address that a browser elsewhere was sent to finishes the sign-in', async () => {
  const onchange = vi.fn();
  const screen = await render(SignIn, { server: details({ needed: 'sign_in' }, true), onchange });
  answers[beginning] = { ok: true, sign_in_id: 's1', url, expires_s: 600 };
  answers['/management/sign-ins/s1'] = { ok: true, state: 'pending', message: null };
  answers['/management/sign-ins/s1/finish'] = { ok: true, state: 'done', message: null };
  await screen.getByRole('button', { name: 'Sign in' }).click();
  await screen.getByText('The browser is on another machine').click();
  const redirect = 'http://127.0.0.1:7345/oauth/callback?code=c&state=s';
  await screen.getByLabelText('Address that the browser was sent to').fill(redirect);
  await screen.getByRole('button', { name: 'Finish sign-in' }).click();
  await expect.poll(() => onchange.mock.calls.length).toBe(1);
  expect(asked.find(({ path }) => path.endsWith('/finish'))?.body).toEqual({ redirect });
});

test('a server without sign-in shows none', async () => {
  const screen = await render(SignIn, { server: details({ uses: 'none' }), onchange: () => undefined });
  expect(screen.container.textContent.trim()).toBe('');
});
