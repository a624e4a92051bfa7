import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withBlocks } from './blocks.ts';
import { keptBlocks, pages } from './pages.ts';

// `npm run docs`: generates the reference in docs/ from the schemas, and the import graph in ARCHITECTURE.md.
for (const [path, texts] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(`../../${path}`, import.meta.url));
  const before = await readFile(file, 'utf8');
  const after = withBlocks(before, texts, keptBlocks[path]);
  if (after !== before) await writeFile(file, after);
  console.log(`${path}: ${after === before ? 'up to date' : 'written'}`);
}
