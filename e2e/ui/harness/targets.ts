import type { Page } from 'playwright';

/** Height and width that a finger hits; CSS pixels. */
const least = 32;

/**
 * What is too small to be hit with a finger, one line each, of all that can be pressed on the page. Not counted, as in WCAG 2.2
 * SC 2.5.8: a link inside a sentence, which is as high as its line, and the bars of a chart, beside which the presets of time and the
 * query do the same. The label of a box counts as a part of it.
 */
export function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const controls = 'a[href], button, input, select, textarea, summary, [role="tab"], [role="menuitem"], [tabindex="0"]';
    const ownText = (element) =>
      [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join('').trim();
    const inSentence = (element) => {
      if (element.tagName !== 'A' || getComputedStyle(element).display !== 'inline') return false;
      let around = element.parentElement;
      while (getComputedStyle(around).display === 'inline') around = around.parentElement;
      return around.textContent.trim().length > element.textContent.trim().length;
    };
    const targets = [...document.querySelectorAll(controls)].filter(
      (element) =>
        element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
        element.closest('.visually-hidden, .skip, [inert], figure [role="toolbar"], .cm-editor') === null &&
        !inSentence(element),
    );
    return targets.flatMap((element) => {
      const boxes = [element, ...(element.labels ?? [])].map((part) => part.getBoundingClientRect());
      const ticked = ['checkbox', 'radio'].includes(element.type);
      const { width, height } = ticked ? boxes.reduce((one, other) => (one.height > other.height ? one : other)) : boxes[0];
      if (Math.round(width) >= ${least} && Math.round(height) >= ${least}) return [];
      const name = element.ariaLabel ?? (ownText(element) || element.textContent.trim() || element.outerHTML);
      return [element.tagName.toLowerCase() + ' "' + name.replace(/\\s+/g, ' ').slice(0, 60) + '" ' + Math.round(width) + ' × ' + Math.round(height)];
    });
  })()`);
}
