import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright';
import { ComposeStack } from '../harness/docker/composeStack.ts';
import { containersOf, testInstance } from '../harness/docker/containers.ts';
import { freePort } from '../harness/gateway.ts';
import { launchChromium } from '../ui/harness/browser.ts';
import { workerText } from './pageScripts.ts';
import { TcpGuard } from './tcpGuard.ts';

/** What is attacked, and what attackers have. */
export interface Stage extends AsyncDisposable {
  /** Name of the compose project and of its installation. */
  readonly project: string;
  readonly stack: ComposeStack;
  /** The container of the stack's `command:` server, which has a network. */
  readonly sibling: string;
  readonly tcp: TcpGuard;
  /** A browser's page, which any site can be opened in. */
  readonly page: Page;
  readonly site: Site;
}

export async function openStage(): Promise<Stage> {
  const project = testInstance();
  await using opened = new AsyncDisposableStack();
  const stack = opened.use(await ComposeStack.up(project, await freePort()));
  await stack.call('time__current_time');
  const [sibling] = await containersOf(project);
  const tcp = opened.use(await TcpGuard.start());
  const site = opened.use(await Site.open());
  const browser: Browser = await launchChromium([
    '--no-proxy-server',
    '--host-resolver-rules=MAP rebound.example 127.0.0.1',
  ]);
  opened.defer(() => browser.close());
  const page = await browser.newPage();
  const all = opened.move();
  return {
    ...{ project, stack, tcp, page, site, sibling: sibling?.Id ?? '' },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}

/** A site of somebody else on loopback, which counts the requests that no page of its own makes. */
export class Site implements AsyncDisposable {
  readonly #server: Server;
  #asked = 0;

  private constructor(server: Server) {
    this.#server = server;
    server.on('request', ({ url = '' }) => {
      if (!['/page', '/favicon.ico', '/worker.js'].includes(url)) this.#asked++;
    });
  }

  static async open(): Promise<Site> {
    const server = createServer((request, response) => {
      request.resume();
      const isWorker = request.url === '/worker.js';
      response
        .setHeader('Content-Type', isWorker ? 'text/javascript' : 'text/html')
        .end(isWorker ? workerText : '<iframe name="frame"></iframe>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Site(server);
  }

  get asked(): number {
    return this.#asked;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get page(): string {
    return `http://127.0.0.1:${this.port}/page`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
