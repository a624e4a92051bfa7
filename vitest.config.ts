import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        // Pure parts and single rooms: no network beyond loopback, no Docker, no browser.
        test: { name: 'unit', include: ['gateway/src/**/*.test.ts'], environment: 'node' },
      },
      {
        // The whole gateway as a process of its own, against real servers and real clients.
        test: {
          name: 'e2e',
          include: ['e2e/**/*.test.ts'],
          exclude: ['e2e/node_modules/**'],
          environment: 'node',
          testTimeout: 120_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
