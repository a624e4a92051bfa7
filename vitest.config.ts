import { join } from 'node:path';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** How long `expect.poll` waits for what comes by itself: a machine may stall for longer than the second it has else. */
const patient = { poll: { timeout: 20_000 } };

const buildProgram = 'gateway/package/forTests.mjs';
const prepareEngine = 'e2e/harness/docker/prepareEngine.ts';
const docker = 'e2e/**/*.docker.test.ts';
const scale = 'e2e/**/*.scale{,.docker}.test.ts';

/**
 * A worker imports what its files share once: to import it for each file costs more than the tests. What a test replaces is put
 * back after it.
 */
const shared = { isolate: false, restoreMocks: true, unstubEnvs: true, unstubGlobals: true };

interface Suite {
  readonly include: string[];
  readonly exclude: string[];
  readonly parallel: boolean;
  readonly globalSetup: string[];
}

function endToEnd(
  name: string,
  { include, exclude, parallel, globalSetup }: Suite,
): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include,
      exclude: ['e2e/node_modules/**', ...exclude],
      environment: 'node',
      expect: patient,
      testTimeout: 120_000,
      hookTimeout: 180_000,
      fileParallelism: parallel,
      // More files than cores: most of them wait for a process, a page or a time limit most of the time. A browser is launched
      // once a worker.
      ...(parallel && { maxWorkers: 3, ...shared }),
      globalSetup,
      env: {
        // Gateways and commands that tests start read the gateway's code without its types from here.
        NODE_COMPILE_CACHE: join(import.meta.dirname, '.runtime/compile-cache'),
        PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
        // Its reaper is an image that machines without a registry can't pull; the tests remove their own.
        TESTCONTAINERS_RYUK_DISABLED: 'true',
        TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
      },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      {
        // Pure parts and single rooms: no network beyond loopback, no Docker, no browser.
        test: {
          name: 'unit',
          include: ['gateway/{src,bench,fuzz,reference,setup}/**/*.test.{ts,mjs}'],
          exclude: ['**/*.system.test.ts'],
          environment: 'node',
          expect: patient,
          testTimeout: 30_000,
          ...shared,
        },
      },
      {
        // Single rooms against what they live on: real processes that misbehave, disks that fill up or fail (as root).
        test: {
          name: 'system',
          include: ['gateway/{src,fuzz}/**/*.system.test.ts'],
          environment: 'node',
          expect: patient,
          testTimeout: 60_000,
          // They wait for processes and disks most of the time.
          maxWorkers: 3,
        },
      },
      {
        // The pure parts of the web interface.
        test: {
          name: 'web',
          include: ['web/src/**/*.test.ts'],
          exclude: ['web/src/**/*.svelte.test.ts'],
          environment: 'node',
          testTimeout: 30_000,
          ...shared,
        },
      },
      // Its components, each alone in a real browser (`*.svelte.test.ts`).
      'web/vitest.components.config.ts',
      // The whole gateway as a process of its own, against real servers and real clients: one folder and port a file.
      endToEnd('e2e', {
        include: ['e2e/**/*.test.ts'],
        exclude: [docker, scale],
        parallel: true,
        globalSetup: [buildProgram],
      }),
      // What needs a Docker engine; images, networks and volumes are shared, so one file after the other.
      endToEnd('docker', {
        include: [docker],
        exclude: [scale],
        parallel: false,
        globalSetup: [buildProgram, prepareEngine],
      }),
      // What only the long run takes (`npm test -- --all`).
      endToEnd('scale', {
        include: [scale],
        exclude: [],
        parallel: false,
        globalSetup: [buildProgram, prepareEngine],
      }),
    ],
  },
});
