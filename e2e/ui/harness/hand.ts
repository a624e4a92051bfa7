import type { Locator, Page } from 'playwright';

/** What somebody does, counted: a press of the pointer, a press of a key. A paste is one key, a choice from a list one click. */
export class Hand {
  clicks = 0;
  keys = 0;
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async click(target: Locator): Promise<void> {
    this.clicks += 1;
    await target.click();
  }

  async choose(list: Locator, option: string): Promise<void> {
    this.clicks += 1;
    await list.selectOption(option);
  }

  async type(text: string): Promise<void> {
    this.keys += text.length;
    await this.page.keyboard.type(text);
  }

  async press(key: string): Promise<void> {
    this.keys += 1;
    await this.page.keyboard.press(key);
  }

  async paste(text: string): Promise<void> {
    this.keys += 1;
    await this.page.keyboard.insertText(text);
  }

  /** What goes beyond what a journey may take, in words; empty where it takes no more. */
  beyond(most: { readonly clicks: number; readonly keys: number }): string[] {
    return (['clicks', 'keys'] as const)
      .filter((kind) => this[kind] > most[kind])
      .map((kind) => `${String(this[kind])} ${kind} instead of ${String(most[kind])}`);
  }
}
