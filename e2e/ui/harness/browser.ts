import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import axe, { type AxeResults } from 'axe-core';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright';
import { root } from '../../harness/gateway.ts';

/** Debian's Chromium as a whole, and its engine alone, which draws the same pages for half the cost. */
type Chromium = 'chromium' | 'chromium-headless-shell';

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
  return (shared ??= launch('chromium-headless-shell'));
}

/** Closes the contexts that a file has opened in the shared browser. */
export async function closePages(browser: Browser): Promise<void> {
  await Promise.all(browser.contexts().map((context) => context.close()));
}

/** The whole Chromium: for what other sites and other programs' pages may do in what people use. */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return launch('chromium', more);
}

/** A browser that asks nobody on the network anything. */
async function launch(name: Chromium, more: readonly string[] = []): Promise<Browser> {
  const executablePath = `/usr/bin/${name}`;
  if (!existsSync(executablePath)) throw new Error(`${executablePath} is missing: apt-get install ${name}`);
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

/**
 * What axe finds wrong by its rules for WCAG 2.2 A and AA and its best practices, one line each. The size of targets (SC 2.5.8) is off
 * by default.
 * @param part a selector; default: the whole page
 */
export async function accessibilityProblems(page: Page, part = 'html'): Promise<string[]> {
  // Straight in the page, which has no frames: @axe-core/playwright opens a second page for each analysis.
  const isThere = await page.evaluate<boolean>(`'axe' in window`);
  if (!isThere) await page.evaluate(`${axe.source}; null`);
  const options = { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } };
  const { violations } = await page.evaluate<Pick<AxeResults, 'violations'>>(
    `axe.run(${JSON.stringify(part)}, ${JSON.stringify(options)}).then(({ violations }) => ({ violations }))`,
  );
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
