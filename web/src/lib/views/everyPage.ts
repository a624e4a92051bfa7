import { preloadCode } from '$app/navigation';
import { movedPages, pages } from '#lib/domain/pages.ts';

const quietMs = 1_500;

/**
 * Fetches the code of every page once the first one is drawn, so that each can be opened while the gateway is away and say so
 * itself. Returns the function that gives it up.
 */
export function fetchEveryPage(): () => void {
  const timer = setTimeout(() => {
    // A page that could not be fetched now is fetched when it is opened.
    for (const route of [...pages.map((page) => page.route), ...movedPages])
      preloadCode(route).catch(() => undefined);
  }, quietMs);
  return () => clearTimeout(timer);
}
