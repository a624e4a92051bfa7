// `node gateway/package/main.mjs [folder] [version]`
import { resolve } from 'node:path';
import { buildPackage } from './build.mjs';

const folder = resolve(process.argv[2] ?? 'dist/package');
await buildPackage(folder, process.argv[3]);
process.stdout.write(`${folder}\n`);
