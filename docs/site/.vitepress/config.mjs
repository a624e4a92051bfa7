import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defineConfig } from 'vitepress';
import { slug } from '../../../gateway/reference/links/slug.ts';
import { missingPages, sidebar } from './sidebar.mjs';

/** Files that pages link to and that are no pages: the site serves them as they are. */
const attachments = ['LICENSE', 'config/registry.example.yaml'];

export default defineConfig({
  title: 'LMCP',
  description: 'The local MCP control plane',
  srcDir: '../..',
  srcExclude: ['{.runtime,config,docker,e2e,gateway,node_modules,docs/site,test-results,web}/**'],
  outDir: './build',
  rewrites: { 'README.md': 'index.md' },
  markdown: { anchor: { slugify: slug }, toc: { slugify: slug }, config: asInTheCheckout },
  themeConfig: {
    search: { provider: 'local' },
    sidebar,
    outline: [2, 3],
  },
  /** @param {{ pages: string[], outDir: string, srcDir: string }} site */
  async buildEnd({ pages, outDir, srcDir }) {
    const missing = missingPages(pages);
    if (missing.length > 0)
      throw new Error(
        `the sidebar lacks ${missing.join(', ')}: add a line to docs/site/.vitepress/sidebar.mjs for each`,
      );
    for (const path of attachments) {
      await mkdir(dirname(join(outDir, path)), { recursive: true });
      await copyFile(join(srcDir, path), join(outDir, path));
    }
  },
});

/** @param {import('vitepress').MarkdownRenderer} markdown */
function asInTheCheckout(markdown) {
  mapLinks(markdown);
  // Braces in code are text, and no expression of Vue.
  markdown.renderer.rules.code_inline = (tokens, index) =>
    `<code v-pre>${markdown.utils.escapeHtml(tokens[index].content)}</code>`;
}

/**
 * Makes links that hold in the checkout hold on the site as well: README.md is its first page, and attachments are no pages.
 * @param {import('vitepress').MarkdownRenderer} markdown
 */
function mapLinks({ renderer }) {
  const { link_open: openLink } = renderer.rules;
  renderer.rules.link_open = (tokens, index, ...rest) => {
    const token = tokens[index];
    const link = token.attrGet('href');
    token.attrSet('href', link.replace(/(^|\/)README\.md(?=#|$)/, '$1index.md'));
    if (attachments.some((path) => link === path || link.endsWith(`/${path}`)))
      token.attrSet('target', '_self');
    return openLink(tokens, index, ...rest);
  };
}
