import type { ImportPlan, Outcome } from '../../import/plan.ts';
import { runsWhat } from '../../import/runsWhat.ts';
import { oneLine } from '../output/printer.ts';
import { styleOf } from '../output/style.ts';
import type { Effect } from '../registry/shownChange.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

/** What would be imported and who would gain what, for a person: programs and addresses, never arguments, variables or headers. */
export function reportText(terminal: Terminal, plan: ImportPlan, effect: Effect): string {
  const rows = plan.outcomes.map((outcome) => [
    oneLine(outcome.name),
    outcome.id ?? '–',
    stateText(outcome),
    oneLine(runsWhat(outcome.id === null ? undefined : plan.servers.get(outcome.id)) ?? ''),
    oneLine(outcome.from),
  ]);
  const head = ['NAME', 'SERVER', 'STATE', 'RUNS', 'FROM'];
  return table([head, ...rows], styleOf(terminal, 'stdout'), '') + effectText(effect);
}

function effectText({ changes, impact }: Effect): string {
  const lines = [...changes, ...impact].map((line) => `${oneLine(line)}\n`);
  return lines.length === 0 ? '' : `\n${lines.join('')}`;
}

function stateText({ state, notes }: Outcome): string {
  const texts = { new: 'new', known: 'in the registry', left_out: 'left out' } as const;
  return oneLine([texts[state], ...notes].join('; '));
}
