// Makes the npm package. Everything is bundled JavaScript in the layout of the checkout,
// so that files find each other by the same relative paths.
import { chmod, copyFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { lazyBuiltins } from './lazyBuiltins.mjs';
import { runQuietly } from '../setup/run/child.mjs';
import { oldestNode, packageName } from './packageName.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Native code of its own, for each platform another: npm installs what fits. */
const installedByNpm = ['@napi-rs/keyring'];

/** What dockerode needs to build images and to reach engines by SSH, which LMCP does not do: most of its code. */
const absent = ['ssh2', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs'];

/**
 * @param {string} folder is replaced
 * @param {string} [version] another one than the checkout's, for tests of an upgrade
 */
export async function buildPackage(folder, version) {
  await buildProgram(folder, version);
  await cp(join(root, 'web/build'), join(folder, 'web/build'), { recursive: true });
  for (const file of ['README.md', 'LICENSE']) await copyFile(join(root, file), join(folder, file));
  await writeManPage(folder);
}

/**
 * The package without the interface and its documentation.
 * @param {string} folder is replaced
 * @param {string} [version] another one than the checkout's
 * @returns {Promise<Record<string, string[]>>} the npm packages whose code each file of the bundle has
 */
export async function buildProgram(folder, version) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'bin'), { recursive: true });
  const gateway = JSON.parse(await readFile(join(root, 'gateway/package.json'), 'utf8'));
  const stamped = { ...gateway, version: version ?? gateway.version };
  const packages = await bundle(join(folder, 'gateway/src'));
  await cp(join(root, 'gateway/builtin'), join(folder, 'gateway/builtin'), { recursive: true });
  for (const file of ['lmcp.mjs', 'disposableStacks.mjs'])
    await copyFile(join(root, 'gateway/package/bin', file), join(folder, 'bin', file));
  await chmod(join(folder, 'bin/lmcp.mjs'), 0o755);
  await writeJson(join(folder, 'gateway/package.json'), { type: 'commonjs', version: stamped.version });
  await writeJson(join(folder, 'package.json'), manifest(stamped));
  return packages;
}

/** By the bundle itself, so that it is of this version. */
async function writeManPage(folder) {
  const { code, output } = await runQuietly(process.execPath, [join(folder, 'bin/lmcp.mjs'), 'man']);
  if (code !== 0) throw new Error(output);
  await mkdir(join(folder, 'man'));
  await writeFile(join(folder, 'man/lmcp.1'), output);
}

async function bundle(dir) {
  const build = await rolldown({
    input: {
      main: join(root, 'gateway/src/main.ts'),
      // Apart, so that the bridge loads nothing of the gateway.
      'bridge/main': join(root, 'gateway/src/bridge/main.ts'),
    },
    platform: 'node',
    // jsonc-parser's `main` is UMD, which asks for its parts in a way that no bundler sees.
    resolve: {
      mainFields: ['module', 'main'],
      alias: Object.fromEntries(absent.map((name) => [name, join(root, 'gateway/package/absent.cjs')])),
    },
    external: installedByNpm,
    plugins: [lazyBuiltins],
    transform: { target: `node${oldestNode}` },
    onLog: (level, log) => {
      // A bundle that is only nearly right fails at the person's.
      if (level === 'warn' && log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    },
  });
  const { output } = await build.write({
    dir,
    // Loads faster than modules, and what a module of Node exports is read when it is used.
    format: 'cjs',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    minify: true,
  });
  await build.close();
  return Object.fromEntries(
    output.map(({ fileName, modules = {} }) => [fileName, packagesOf(Object.keys(modules))]),
  );
}

/** The names of the npm packages that files are of. */
function packagesOf(files) {
  const names = files.map((file) => /.*\bnode_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

function manifest({ version, license, optionalDependencies = {} }) {
  return {
    name: packageName,
    version,
    description: 'One local endpoint between all MCP clients of a machine and all its MCP servers',
    license,
    type: 'module',
    bin: { lmcp: 'bin/lmcp.mjs' },
    man: 'man/lmcp.1',
    engines: { node: `>=${oldestNode}` },
    optionalDependencies: Object.fromEntries(
      installedByNpm.map((name) => [name, optionalDependencies[name]]),
    ),
  };
}

async function writeJson(path, value) {
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}
