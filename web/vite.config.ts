import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { unstyledAnnouncer } from './unstyledAnnouncer.ts';

export default defineConfig({
  plugins: [
    unstyledAnnouncer(),
    sveltekit({
      adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
      paths: { base: '/ui', relative: false },
    }),
  ],
  build: { target: 'es2023' },
  server: {
    proxy: Object.fromEntries(
      ['/status', '/events', '/registry', '/management', '/health'].map((path) => [
        path,
        process.env['LMCP_DEV_GATEWAY'] ?? 'http://127.0.0.1:7345',
      ]),
    ),
  },
});
