/** The pages of the site, by what a reader wants from them. Every Markdown page of the checkout is here. */
export const sidebar = [
  group('Overview', { LMCP: 'README', Requirements: 'docs/requirements', Changes: 'CHANGELOG' }),
  group('Concepts', { Architecture: 'ARCHITECTURE', Security: 'SECURITY', Protocol: 'docs/protocol' }),
  group('How-to', {
    'Common tasks': 'docs/how_to',
    'Web interface': 'docs/web_ui',
    Servers: 'docs/servers',
    'Signing in to servers': 'docs/sign_in',
    'Tool search': 'docs/tool-search',
    'Applications and many tools': 'docs/clients',
    'Signing applications in': 'docs/authorization',
    Discovery: 'docs/discovery',
    Secrets: 'docs/secrets',
    Containers: 'docs/containers',
  }),
  group('Reference', {
    Registry: 'docs/registry',
    'Command line': 'docs/cli',
    'Audit log': 'docs/audit',
    'Management API': 'docs/management_api',
    'Status API': 'docs/status_api',
    Performance: 'docs/performance',
  }),
  group('Development', {
    Contributing: 'CONTRIBUTING',
    Testing: 'docs/testing',
    Dependencies: 'docs/dependencies',
  }),
];

/**
 * @param {string} text
 * @param {Record<string, string>} pages path without `.md`, by the title in the sidebar
 */
function group(text, pages) {
  return {
    text,
    items: Object.entries(pages).map(([title, path]) => ({
      text: title,
      link: path === 'README' ? '/' : `/${path}`,
    })),
  };
}

/**
 * Pages that the sidebar lacks.
 * @param {readonly string[]} pages paths as `docs/cli.md`
 */
export function missingPages(pages) {
  const linked = new Set(sidebar.flatMap(({ items }) => items.map(({ link }) => link)));
  return pages.filter((page) => !linked.has(page === 'README.md' ? '/' : `/${page.replace(/\.md$/, '')}`));
}
