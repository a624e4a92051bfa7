// Moves SvelteKit's inline start script into a file of its own, so that the interface runs under a
// Content-Security-Policy that allows scripts from the gateway's own origin and nothing inline.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const page = new URL('./build/index.html', import.meta.url);
const html = readFileSync(page, 'utf8');
const inline = /<script>([\s\S]*?)<\/script>/g;
const scripts = [...html.matchAll(inline)].map((match) => match[1] ?? '');
if (scripts.length !== 1) {
  throw new Error(
    `build/index.html has ${scripts.length} inline scripts where one was expected: adapt bootstrap.mjs`,
  );
}
const code = scripts.join('').trim() + '\n';
const name = `_app/immutable/bootstrap.${createHash('sha256').update(code).digest('hex').slice(0, 8)}.js`;
writeFileSync(new URL(`./build/${name}`, import.meta.url), code);
const moved = html.replace(inline, `<script src="/ui/${name}"></script>`);
if (/<script>|\sstyle=|\son[a-z]+=/.test(moved)) {
  throw new Error(
    'build/index.html still has inline code or styles, which the Content-Security-Policy forbids.',
  );
}
writeFileSync(page, moved);
