import type { Attempt, Outcome } from './attempt.ts';
import { createBody } from './createBody.ts';
import type { Stage } from './stage.ts';

/** In a page of another site. */
const inPage = (what: string, script: (on: Stage, url: (path: string) => string) => string): Attempt => [
  'web page',
  what,
  async (on) => {
    const url = (path: string): string => JSON.stringify(`http://127.0.0.1:${on.tcp.port}${path}`);
    await on.page.goto(on.site.page);
    return observed(on, async () =>
      String(await on.page.evaluate(`Promise.resolve(${script(on, url)}).catch(String)`)),
    );
  },
];

/** The guard's log, and the answer where the page can read it, tell whether an attempt was through. */
async function observed({ tcp }: Stage, attempt: () => Promise<string>): Promise<Outcome> {
  const before = tcp.log;
  const text = await attempt();
  const rejected = tcp.log.rejected - before.rejected;
  return {
    through: tcp.log.done > before.done || /"Id"|ApiVersion|opened/.test(text),
    by: rejected > 0 ? `${rejected} rejected by the guard` : `the browser: ${text.slice(0, 60)}`,
  };
}

const submitted = (action: string): string => `new Promise((end) => {
  const form = Object.assign(document.createElement('form'), { method: 'post', action: ${action}, target: 'frame' });
  document.querySelector('iframe').onload = () => end('sent');
  document.body.append(form);
  form.submit();
})`;

/** What a page that a user of the machine visits tries, in a real browser. */
export const webPageAttempts: readonly Attempt[] = [
  inPage(
    'stops a server by a simple POST',
    ({ tcp }, url) => `fetch(${url(`/containers/${tcp.victim}/stop`)}, { method: 'POST', mode: 'no-cors' })`,
  ),
  inPage('stops a server by a form', ({ tcp }, url) => submitted(url(`/containers/${tcp.victim}/stop`))),
  inPage('creates a container as text/plain', ({ tcp }, url) => {
    const body = JSON.stringify(JSON.stringify(createBody(tcp.instance)));
    const path = `/containers/create?name=lmcp-${tcp.instance}-x-1`;
    return `fetch(${url(path)}, { method: 'POST', mode: 'no-cors', body: ${body} })`;
  }),
  inPage('reads the list', (_, url) => `fetch(${url('/containers/json')}).then((answer) => answer.text())`),
  inPage(
    'removes a server',
    ({ tcp }, url) => `fetch(${url(`/containers/${tcp.victim}`)}, { method: 'DELETE' })`,
  ),
  inPage('guesses the secret', (_, url) => {
    const headers = "{ 'x-lmcp-guard-secret': 'x' }";
    return `fetch(${url('/containers/json')}, { headers: ${headers} }).then((answer) => answer.text())`;
  }),
  inPage('attaches by a WebSocket', ({ tcp }) => {
    const address = JSON.stringify(`ws://127.0.0.1:${tcp.port}/containers/${tcp.victim}/attach`);
    return `new Promise((end) => {
      const socket = new WebSocket(${address});
      socket.onopen = () => end('opened');
      socket.onerror = () => end('failed');
    })`;
  }),
  [
    'web page',
    'reads the list by DNS rebinding',
    (on) =>
      observed(on, async () => {
        const answer = await on.page.goto(`http://rebound.example:${on.tcp.port}/containers/json`);
        return (await answer?.text()) ?? '';
      }),
  ],
];
