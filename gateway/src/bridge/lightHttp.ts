/** Node's HTTP client. An `import` of it loads all that it exports, 12 MB of which the bridge does not use. */
export const http = process.getBuiltinModule('node:http');
