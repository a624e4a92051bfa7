import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineProject } from 'vitest/config';

/** In the place of SvelteKit, which is not there: a link leads to its route. */
const appPaths = {
  name: 'app-paths',
  resolveId: (id: string) => (id === '$app/paths' ? '\0app-paths' : undefined),
  load: (id: string) => (id === '\0app-paths' ? 'export const resolve = (route) => route;' : undefined),
};

/** Components alone, in the browser that the end-to-end tests use too: Debian's, no download. */
export default defineProject({
  plugins: [svelte({ configFile: false }), appPaths],
  optimizeDeps: { include: ['svelte', 'bits-ui', 'vitest-browser-svelte'] },
  test: {
    name: 'components',
    include: ['src/**/*.svelte.test.ts'],
    testTimeout: 30_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      viewport: { width: 800, height: 600 },
      provider: playwright({
        launchOptions: {
          executablePath: '/usr/bin/chromium-headless-shell',
          args: ['--no-sandbox', '--disable-background-networking'],
        },
      }),
      instances: [{ browser: 'chromium' }],
    },
  },
});
