import type { ProductFigures } from '../product/measureProduct.ts';
import { align, cell } from './table.ts';
import { verdict } from './verdict.ts';

/** What the package costs, "median (best)", beside what is aimed at. */
export function renderProduct(figures: ProductFigures): string {
  const { startMs, idleRssMib, bridgeRssMib, bridgeAddedP50Ms } = figures;
  const lines = [
    { name: 'start to /health, ms', text: cell(startMs, 0), median: startMs.median, aim: 200 },
    { name: 'RSS when idle, MiB', text: cell(idleRssMib, 0), median: idleRssMib.median, aim: 75 },
    { name: 'RSS of lmcp stdio, MiB', text: cell(bridgeRssMib, 0), median: bridgeRssMib.median, aim: 60 },
    { name: 'added by it to p50, ms', text: bridgeAddedP50Ms.toFixed(2), median: bridgeAddedP50Ms, aim: 1 },
  ];
  const aligned = align(lines.map(({ name, text }) => [`  ${name}`, text])).split('\n');
  const told = lines.map(({ median, aim }, n) => `${aligned[n] ?? ''}${verdict(median, aim)}`);
  return `The package, median (best)\n${told.join('\n')}`;
}
