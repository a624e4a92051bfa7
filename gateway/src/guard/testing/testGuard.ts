import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { secretHeader } from '../../upstream/container/docker/engine/guardSecret.ts';
import { startGuard, type Guard, type GuardOptions } from '../startGuard.ts';
import { testRules } from '../../registry/container/testing/testRules.ts';

/** What the guard of a test asks for. */
export const secret = 's'.repeat(32);

export interface TestGuard extends Guard {
  readonly port: number;
  readonly ask: (path: string, init?: Sent) => Promise<Response>;
  readonly info: string[];
  readonly warnings: string[];
}

export interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Upgrade = (request: http.IncomingMessage, socket: Duplex) => void;

/** For tests: a guard on TCP before an engine that answers so; both end with the test. */
export async function testGuard(
  answer: http.RequestListener,
  { upgrade, ...options }: Partial<GuardOptions> & { upgrade?: Upgrade } = {},
): Promise<TestGuard> {
  const engine = http.createServer(answer);
  if (upgrade) engine.on('upgrade', upgrade);
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const info: string[] = [];
  const warnings: string[] = [];
  const guard = await startGuard({
    engine: { host: '127.0.0.1', port: (engine.address() as AddressInfo).port },
    listen: { host: '127.0.0.1', port: 0 },
    secret,
    rules: testRules,
    logger: {
      info: (message) => info.push(message),
      warn: (message) => warnings.push(message),
      error: (message) => warnings.push(message),
    },
    ...options,
  });
  onTestFinished(async () => {
    await guard.close();
    engine.closeAllConnections();
    engine.close();
  });
  const port = guard.port ?? 0;
  const ask: TestGuard['ask'] = (path, init) => asked(port, path, init);
  return { ...guard, port, ask, info, warnings };
}

/** Without `fetch`, which sends the headers of a web page (Sec-Fetch-Mode). */
function asked(port: number, path: string, { body = '', headers, method }: Sent = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const length = String(Buffer.byteLength(body));
    const all = { [secretHeader]: secret, 'Content-Length': length, ...headers };
    const request = http.request({ host: '127.0.0.1', port, path, method, headers: all, agent: false });
    request.on('error', reject);
    request.on('response', (response) => {
      const { statusCode: status = 0 } = response;
      text(response).then(
        (answer) => resolve(new Response(answer === '' ? null : answer, { status })),
        reject,
      );
    });
    request.end(body);
  });
}
