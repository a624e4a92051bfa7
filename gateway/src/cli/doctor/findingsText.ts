import { oneLine } from '../output/printer.ts';
import type { Style } from '../output/style.ts';
import type { Finding } from './finding.ts';

/** A line for each finding, with its fix below it, and how many of each there are. */
export function findingsText(findings: readonly Finding[], style: Style): string {
  const words: Readonly<Record<Finding['state'], string>> = {
    ok: style.good('ok     '),
    warning: style.paint('yellow', 'warning'),
    problem: style.bad('problem'),
  };
  const lines = findings.map(({ area, state, about, fix }) => {
    const line = `${words[state]}  ${area}: ${oneLine(about)}\n`;
    return fix === null ? line : `${line}         fix: ${oneLine(fix)}\n`;
  });
  const count = (state: Finding['state']): number => findings.filter((each) => each.state === state).length;
  const total = `${count('problem')} problems, ${count('warning')} warnings, ${count('ok')} ok\n`;
  return `${lines.join('')}${style.dim(total)}`;
}
