import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineProject } from 'vitest/config';

/** Components alone, in the browser that the end-to-end tests use too: Debian's, no download. */
export default defineProject({
  plugins: [svelte({ configFile: false })],
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
