import type { Page } from 'playwright';
import { afterAll, beforeAll, expect } from 'vitest';
import type { TestGateway } from '../../harness/gateway.ts';
import { closePages, openPage, sharedBrowser, type WatchedPage } from './browser.ts';
import { startGateway } from './stage.ts';

export interface OpenInterface extends WatchedPage {
  readonly gateway: TestGateway;
  /** Ends both; fails where the browser had something to complain about. */
  close(): Promise<void>;
}

/**
 * A gateway and one page of its interface, for all tests of a file.
 * @param prepare what is to have happened before the page is opened
 */
export async function openInterface(
  prepare: (gateway: TestGateway) => Promise<void> = () => Promise.resolve(),
): Promise<OpenInterface> {
  const [gateway, browser] = await Promise.all([startGateway(), sharedBrowser()]);
  await prepare(gateway);
  const { page, complaints } = await openPage(browser, gateway.origin);
  return {
    gateway,
    page,
    complaints,
    close: async () => {
      await closePages(browser);
      await gateway[Symbol.asyncDispose]();
      expect(complaints).toEqual([]);
    },
  };
}

/** As `openInterface`, before the tests of the file that calls it; closed after them. */
export function useInterface(): Omit<OpenInterface, 'close'> {
  let opened: OpenInterface | undefined;
  beforeAll(async () => {
    opened = await openInterface();
  });
  afterAll(() => opened?.close());
  const current = (): OpenInterface => {
    if (opened === undefined) throw new Error('the interface is not open before the tests of the file begin');
    return opened;
  };
  return {
    get gateway() {
      return current().gateway;
    },
    get page() {
      return current().page;
    },
    get complaints() {
      return current().complaints;
    },
  };
}

/** Reviews what is staged and applies it. */
export async function applyStaged(page: Page): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Pages' })
    .getByRole('link', { name: /^Changes/ })
    .click();
  // The page before has a button of this name too, which goes with it.
  await page.waitForURL('**/ui/changes');
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await page.getByText(/^Applied:/).waitFor();
}
