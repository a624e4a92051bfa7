import { posix } from 'node:path';
import { slug } from './slug.ts';

/** A link of a Markdown page that leads nowhere. */
export interface BrokenLink {
  readonly page: string;
  readonly line: number;
  readonly link: string;
  readonly problem: 'no such file' | 'no such heading';
}

/**
 * Links of the pages to files that do not exist, and to headings that the target page does not have. Addresses with a
 * scheme are not checked.
 * @param pages text of each Markdown page, by its path in the checkout
 * @param exists whether a path of the checkout that is not a page exists
 */
export function brokenLinks(
  pages: Readonly<Record<string, string>>,
  exists: (path: string) => boolean,
): BrokenLink[] {
  const anchors = new Map(Object.entries(pages).map(([path, text]) => [path, anchorsOf(text)]));
  const problemOf = (page: string, link: string): BrokenLink['problem'] | null => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    const known = anchors.get(target);
    if (known === undefined && !exists(target)) return 'no such file';
    return anchor === undefined || known?.has(anchor) === true ? null : 'no such heading';
  };
  return Object.entries(pages).flatMap(([page, text]) =>
    linksOf(text).flatMap(({ line, link }) => {
      const problem = problemOf(page, link);
      return problem === null ? [] : [{ page, line, link, problem }];
    }),
  );
}

/** The anchors of a page; a heading that occurs again gets a number, as on GitHub. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of proseLines(text)) {
    const heading = /^#{1,6}\s+(.+)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const first = slug(withoutLinks(heading));
    let anchor = first;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${first}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

function linksOf(text: string): { line: number; link: string }[] {
  return proseLines(text).flatMap((prose, index) =>
    [...prose.replace(/`[^`]*`/g, '').matchAll(/\]\(<?([^)\s>]+)[^)]*\)/g)].flatMap(([, link = '']) =>
      /^[a-z][a-z+.-]*:/i.test(link) ? [] : [{ line: index + 1, link }],
    ),
  );
}

/** The lines of a page, with those of code blocks empty. */
function proseLines(text: string): string[] {
  let fence: string | null = null;
  return text.split('\n').map((line) => {
    const mark = /^\s*(```+|~~~+)/.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) === true) fence = null;
      return '';
    }
    if (mark === undefined) return line;
    fence = mark;
    return '';
  });
}

function withoutLinks(heading: string): string {
  return heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}
