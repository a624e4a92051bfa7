import type { Page } from 'playwright';

/** The widths of windows at which the interface is tested; CSS pixels. */
export const widths = [360, 768, 1024, 1440, 1920] as const;

/**
 * What is wrong with the layout of what is in front (the open dialog, menu or list, else the page), one line each:
 * - text that is cut off by an edge which does not scroll; an ellipsis is allowed, because the whole text is in the title,
 * - controls whose middle is covered by something else.
 */
export function layoutProblems(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const isShown = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const overlays = document.querySelectorAll('[role="dialog"], [role="menu"], [role="listbox"]');
    const root = [...overlays].filter(isShown).at(-1) ?? document.body;
    const ignored = '.visually-hidden, .skip, [inert], .cm-editor, svg, option, select, script, style';
    const elements = [root, ...root.querySelectorAll('*')].filter(
      (element) => element.closest(ignored) === null && isShown(element),
    );
    const name = (element) => {
      const text = (element.ariaLabel ?? element.textContent).trim().replace(/\\s+/g, ' ').slice(0, 50);
      return element.tagName.toLowerCase() + ' "' + text + '"';
    };
    const hidden = (value) => value === 'hidden' || value === 'clip';
    const around = (element) => {
      const fixed = getComputedStyle(element).position === 'fixed';
      return fixed ? null : element.parentElement;
    };

    /** The part of a box that its scrolling ancestors show, or what cuts it off. */
    const clip = (element, box) => {
      let { left, right, top, bottom } = box;
      for (let one = element; one !== null && one !== document.documentElement; one = around(one)) {
        const style = getComputedStyle(one);
        const edge = one.getBoundingClientRect();
        const isWider = right > edge.right + 1 || left < edge.left - 1;
        const isHigher = bottom > edge.bottom + 2 || top < edge.top - 2;
        if (hidden(style.overflowX) && isWider && style.textOverflow !== 'ellipsis') return { cut: one };
        if (hidden(style.overflowY) && isHigher && style.webkitLineClamp === 'none') return { cut: one };
        if (style.overflowX !== 'visible') [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
        if (style.overflowY !== 'visible') [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
        if (right - left < 1 || bottom - top < 1) return { shown: null };
      }
      if (right > innerWidth + 1 || left < -1) return { cut: document.documentElement };
      if (top >= innerHeight || bottom <= 0) return { shown: null };
      return { shown: { left, right, top, bottom } };
    };

    const problems = [];
    for (const element of elements) {
      for (const node of element.childNodes) {
        if (node.nodeType !== 3 || node.data.trim() === '') continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        for (const box of range.getClientRects()) {
          if (box.width < 1 || box.height < 1) continue;
          const { cut } = clip(element, box);
          if (cut) problems.push('cut off: ' + name(element) + ' by ' + name(cut));
        }
      }
    }
    const controls = 'a[href], button, input, select, textarea, summary, [role="tab"], [role="menuitem"]';
    for (const element of elements.filter((one) => one.matches(controls))) {
      const [box] = element.getClientRects();
      const { shown } = box === undefined ? {} : clip(element, box);
      if (!shown) continue;
      const [x, y] = [(shown.left + shown.right) / 2, (shown.top + shown.bottom) / 2];
      const at = document.elementFromPoint(x, y);
      const belongs = (one) => one !== null && (element.contains(one) || one.contains(element) ||
        [...(element.labels ?? [])].some((label) => label.contains(one)));
      if (at !== null && !belongs(at)) problems.push('covered: ' + name(element) + ' by ' + name(at));
    }
    return [...new Set(problems)];
  })()`);
}
