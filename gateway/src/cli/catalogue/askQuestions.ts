import type { Question } from '../../import/catalogue/inputs.ts';
import { oneLine } from '../output/printer.ts';
import type { Terminal } from '../output/terminal.ts';

/**
 * Asks for what a server needs and nobody has given; secrets are not shown while they are typed. Without a terminal nothing is asked.
 * @returns the answers, those given before among them
 */
export async function askQuestions(
  terminal: Terminal,
  questions: readonly Question[],
  given: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string>>> {
  const answers = { ...given };
  if (!terminal.stdinIsTerminal || !terminal.stdoutIsTerminal) return answers;
  for (const question of questions) {
    if (!question.required || question.default !== null || Object.hasOwn(answers, question.name)) continue;
    const answer = await answerTo(terminal, question);
    if (answer !== '') answers[question.name] = answer;
  }
  return answers;
}

async function answerTo(terminal: Terminal, question: Question): Promise<string> {
  const ended = AbortSignal.any([]);
  const ask = async (text: string): Promise<string> =>
    ((await (question.secret ? terminal.askHidden(text, ended) : terminal.ask(text, ended))) ?? '').trim();
  const first = await ask(textOf(question));
  if (!question.repeated || first === '') return first;
  const values = [first];
  for (
    let next = await ask('Another one (Enter: none): ');
    next !== '';
    next = await ask('Another one (Enter: none): ')
  )
    values.push(next);
  return values.join('\n');
}

/** What it is for comes from the catalogue, and may be anybody's text. */
function textOf({ name, description, secret, choices, example }: Question): string {
  const about = description === '' ? '' : ` (${description})`;
  const hint =
    choices !== null ? `, one of ${choices.join(', ')}` : example === null ? '' : `, such as ${example}`;
  return `${oneLine(`${name}${about}${hint}`)}${secret ? ', not shown; Enter sets it later' : ''}: `;
}
