import type { ImportPlan, Outcome } from '../../import/plan.ts';
import { runsWhat } from '../../import/runsWhat.ts';
import { oneLine } from '../output/printer.ts';
import { styleOf } from '../output/style.ts';
import { table } from '../output/table.ts';
import type { Terminal } from '../output/terminal.ts';

/** What would be imported, for a person: programs and addresses, never arguments, variables or headers. */
export function reportText(terminal: Terminal, plan: ImportPlan): string {
  const rows = plan.outcomes.map((outcome) => [
    oneLine(outcome.name),
    outcome.id ?? '–',
    stateText(outcome),
    oneLine(runsWhat(outcome.id === null ? undefined : plan.servers.get(outcome.id)) ?? ''),
    oneLine(outcome.from),
  ]);
  const head = ['NAME', 'SERVER', 'STATE', 'RUNS', 'FROM'];
  const gains = [...plan.grants].map(
    ([client, gained]) => `Client ${client} gains ${[...gained.keys()].join(', ')}.\n`,
  );
  return (
    table([head, ...rows], styleOf(terminal, 'stdout'), '') + (gains.length > 0 ? `\n${gains.join('')}` : '')
  );
}

function stateText({ state, notes }: Outcome): string {
  const texts = { new: 'new', known: 'in the registry', left_out: 'left out' } as const;
  return oneLine([texts[state], ...notes].join('; '));
}
