import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { root } from '../../harness/gateway.ts';

const executablePath = '/usr/bin/chromium';
const screenshots = join(root, 'screenshots');

let shared: Promise<Browser> | undefined;

/**
 * The browser of this worker, for the interface, which must have been built. The files that a worker runs share it, one after the
 * other: they close the contexts that they open, and Playwright closes it with the worker.
 */
export async function sharedBrowser(): Promise<Browser> {
  if (!existsSync(join(root, 'web/build/index.html'))) {
    throw new Error('web/build is missing: run npm run build -w web');
  }
  return (shared ??= launchChromium());
}

/** Closes the contexts that a file has opened in the shared browser. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** Debian's Chromium, that asks nobody on the network anything. */
export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: apt-get install chromium`);
  const quiet = ['--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({ executablePath, args: ['--no-sandbox', ...quiet, ...more] });
}

/** A page that records everything that must not happen: console errors, exceptions, requests to elsewhere. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: string[];
}

export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
    acceptDownloads: true,
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(?:data|blob):/.test(url)) complaints.push(`asked ${url}`);
  });
  return { page, complaints };
}

/** Opens a page of the interface signed in, as after signing in in the same tab. */
export async function manage(page: Page, origin: string, token: string, path: string): Promise<void> {
  await page.addInitScript((value) => sessionStorage.setItem('lmcp.management-token', value), token);
  await page.goto(`${origin}${path}`);
  await page.getByRole('button', { name: /signed in/ }).waitFor();
}

/** Until nothing is loading or being worked out any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page
    .locator('main')
    .getByText(/^(?:Loading|Searching|Working out)/)
    .first()
    .waitFor({ state: 'hidden' });
  await page.evaluate('document.fonts.ready.then(() => null)');
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** What axe finds wrong, one line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    (violation) => `${violation.id}: ${violation.nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
}

/** By how many pixels the page, or its main part, is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>(`Math.max(
    document.documentElement.scrollWidth - innerWidth,
    ...[...document.querySelectorAll('main')].map((main) => main.scrollWidth - main.clientWidth))`);
}
