// An import of a module of Node reads all its exports, also those that load something when they are read: one of node:http
// loads undici (13 MiB, 40 ms), for WebSocket. In the bundle what is used alone is read.
const prefix = '\0builtin:';
const expensive = ['http', 'crypto'];

/** A plugin of rolldown. */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  resolveId: (source, _importer, { kind }) => {
    const name = source.replace(/^node:/, '');
    // What is required is the module itself already.
    const isRead = kind === 'import-statement' && expensive.includes(name);
    return isRead ? { id: prefix + name, moduleSideEffects: false } : null;
  },
  load: (id) => (id.startsWith(prefix) ? codeOf(id.slice(prefix.length)) : null),
};

/** What nobody imports is dropped with its read. */
function codeOf(name) {
  const exported = Object.keys(process.getBuiltinModule(name)).filter((one) => /^[A-Za-z]\w*$/.test(one));
  return [
    `const builtin = process.getBuiltinModule('node:${name}');`,
    'export default builtin;',
    ...exported.map(
      (one) =>
        `const own_${one} = /* @__PURE__ */ (() => builtin.${one})(); export { own_${one} as ${one} };`,
    ),
  ].join('\n');
}
