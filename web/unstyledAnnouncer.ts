import type { Plugin } from 'vite';

/**
 * SvelteKit's route announcer carries a style attribute, which the interface's Content-Security-Policy forbids.
 * The attribute is taken off here; styles/base.css hides the element instead.
 */
export function unstyledAnnouncer(): Plugin {
  return {
    name: 'lmcp-unstyled-announcer',
    enforce: 'pre',
    transform(code, id) {
      if (!/kit\/src\/runtime\/components\/root\.svelte$/.test(id)) return undefined;
      const without = code.replace(/(id="svelte-announcer"[^>]*?)\sstyle="[^"]*"/s, '$1');
      if (without === code) {
        throw new Error('SvelteKit’s route announcer has another shape now: adapt unstyledAnnouncer.ts');
      }
      return { code: without, map: null };
    },
  };
}
