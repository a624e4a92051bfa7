import { expect, test } from 'vitest';
import { freePort } from '../harness/gateway.ts';
import { ManagedGateway, vscode, type AnyAnswer } from '../harness/management.ts';
import { runPackage } from './suites.ts';

test.each(['2025-11-25', '2026-07-28'])(
  'LMCP as an authorization server passes the scenarios of %s',
  async (revision) => {
    await using managed = await ManagedGateway.start();
    const { origin } = managed.gateway;
    await managed.apply({ lmcp: { oauth: true } });
    const port = await freePort();
    const redirect = `http://127.0.0.1:${port}/callback`;
    const registered = await fetch(`${origin}/oauth/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ client_name: 'Suite', redirect_uris: [redirect] }),
    });
    const { client_id: id } = (await registered.json()) as { client_id: string };
    /** What the consent page asks when the person allows it, and where the browser goes then. */
    const allow = async (page: URL): Promise<void> => {
      const { body } = await managed.ask<AnyAnswer>('/management/authorizations/approve', {
        body: {
          ...{ request: page.search.slice(1), issuer: page.origin },
          ...{ client_id: vscode.id, new_client: false, days: 1 },
        },
      });
      await fetch(String(body['redirect_to']));
    };
    let output = '';
    let allowed: Promise<void> | undefined;
    const asked = ['--url', origin, '--client-id', id, '--port', String(port), '--spec-version', revision];
    const options = ['authorization', ...asked, '--resource', `${origin}/mcp`];
    const results = await runPackage('conformance-2026', options, (text) => {
      output += text;
      const [page] = /^http\S+\/ui\/authorize\?\S+$/m.exec(output) ?? [];
      if (page !== undefined) allowed ??= allow(new URL(page));
    });
    expect(allowed).toBeDefined();
    await allowed;
    expect(Object.fromEntries(results)).toEqual({
      'authorization-server-authorization-server-metadata-endpoint': [],
      'authorization-server-authorization-code-grant': [],
    });
  },
);
