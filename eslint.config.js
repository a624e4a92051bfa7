import eslint from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      '**/node_modules/',
      '.runtime/',
      'web/build/',
      'dist/',
      'docs/site/build/',
      'docs/site/.vitepress/cache/',
      '**/.svelte-kit/',
      'coverage/',
      'test-results/',
    ],
  },
  eslint.configs.recommended,
  {
    files: ['**/*.mjs', '**/*.js'],
    languageOptions: { globals: globals.node },
  },
  {
    files: ['**/*.ts'],
    ignores: ['web/**'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Control characters are what several of our patterns are about: hostile ids and framing.
      'no-control-regex': 'off',
      eqeqeq: ['error', 'always'],
    },
  },
  // The interface's types are svelte-check's to judge; here its code and markup are. `{@html}` is rejected: what servers
  // say about their tools is hostile input.
  {
    files: ['web/**/*.ts'],
    extends: [tseslint.configs.strict],
    languageOptions: { globals: globals.browser },
    rules: { eqeqeq: ['error', 'always'] },
  },
  ...svelte.configs.recommended,
  {
    files: ['web/**/*.svelte', 'web/**/*.svelte.ts'],
    languageOptions: { globals: globals.browser, parserOptions: { parser: tseslint.parser } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'no-undef': 'off',
      'no-unused-vars': 'off',
      eqeqeq: ['error', 'always'],
    },
  },
  { files: ['web/static/*.js'], languageOptions: { globals: globals.browser } },
  {
    files: ['**/*.test.ts', 'e2e/**/*.ts'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
);
