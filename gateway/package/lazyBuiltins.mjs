// Modules of Node that few starts need, and that cost memory where they are loaded (node:tls 3 MiB): the bundle loads each when one
// of its exports is first used.
const prefix = '\0builtin:';
const rarelyNeeded = ['dns', 'dns/promises', 'https', 'readline/promises', 'sqlite', 'tls', 'zlib'];

/** A plugin of rolldown. */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  resolveId: (source, _importer, { kind }) => {
    const name = source.replace(/^node:/, '');
    return kind === 'import-statement' && rarelyNeeded.includes(name) ? prefix + name : null;
  },
  load: (id) => (id.startsWith(prefix) ? { code: codeOf(id.slice(prefix.length)), moduleType: 'js' } : null),
};

/** CommonJS: importers read a property where they use a name. */
function codeOf(name) {
  const exported = Object.keys(process.getBuiltinModule(`node:${name}`));
  const read = `process.getBuiltinModule('node:${name}')`;
  return [
    `Object.defineProperty(exports, 'default', { get: () => ${read} });`,
    `Object.defineProperty(exports, '__esModule', { value: true });`,
    ...exported.map(
      (one) => `Object.defineProperty(exports, '${one}', { enumerable: true, get: () => ${read}.${one} });`,
    ),
  ].join('\n');
}
