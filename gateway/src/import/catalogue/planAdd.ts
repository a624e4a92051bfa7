import { freeId, idFrom } from '../ids.ts';
import { namesOf, type ImportPlan, type Present } from '../plan.ts';
import { wantedName } from '../secretsApart.ts';
import type { Question, ValueOf } from './inputs.ts';
import { launchOf, type Kind } from './launch.ts';
import { shortName } from './searchCatalogue.ts';
import type { ServerJson } from './serverJson.ts';

export interface AddOptions {
  /** By the name of the question. */
  readonly answers: Readonly<Record<string, string>>;
  /** Of the registry; absent: one like the server's name, that is free. */
  readonly id?: string | undefined;
  readonly kind?: Kind | undefined;
  /** Who may use it; nobody unless said. */
  readonly clients: readonly string[];
}

export type PlannedAdd =
  | {
      readonly ok: true;
      readonly id: string;
      readonly plan: ImportPlan;
      /** Required and not answered; a server without them does not work. */
      readonly missing: readonly Question[];
    }
  | { readonly ok: false; readonly reason: string };

/** Everything that a server asks for, in its order. */
export function questionsOf(server: ServerJson, kind?: Kind): readonly Question[] {
  const asked = new Map<string, Question>();
  // Any value will do: this looks at what is asked alone.
  launchOf(server, (question) => (asked.set(question.name, question), question.default ?? 'x'), kind);
  return [...asked.values()];
}

/**
 * What adding a server of the catalogue changes: one server, its secrets apart from it, and the grants that were asked for.
 * A secret without an answer gets its place in the registry and is set later.
 */
export function planAdd(server: ServerJson, present: Present, options: AddOptions): PlannedAdd {
  const id = options.id ?? freeId(idFrom(shortName(server.name)), new Set(present.servers.keys()));
  const nameFor = namesOf(present);
  const secrets = new Map<string, string>();
  const asked: string[] = [];
  const missing = new Map<string, Question>();
  const answerTo = ({ name, default: fallback }: Question): string | undefined => {
    const given = Object.hasOwn(options.answers, name) ? options.answers[name] : undefined;
    return given === undefined || given === '' ? (fallback ?? undefined) : given;
  };
  const valueOf: ValueOf = (question) => {
    const answer = answerTo(question);
    if (answer === undefined && !question.required) return undefined;
    if (answer === undefined) missing.set(question.name, question);
    if (!question.secret) return answer ?? '';
    const secret = nameFor(wantedName(id, question.name), answer ?? null);
    if (answer === undefined) asked.push(secret);
    else secrets.set(secret, answer);
    return `\${secret:${secret}}`;
  };
  const launch = launchOf(server, valueOf, options.kind);
  if (!launch.ok) return launch;
  const toBeSet = asked.map((secret) => `set its secret: lmcp secret set ${secret}`);
  const moved = [...secrets.keys()].map((secret) => `the secret ${secret} goes to secrets.yaml`);
  const plan: ImportPlan = {
    servers: new Map([[id, launch.server]]),
    secrets: new Map(secrets.size > 0 ? [[id, secrets]] : []),
    asked: new Map(asked.length > 0 ? [[id, asked]] : []),
    grants: new Map(options.clients.map((client) => [client, new Map([[id, null]])])),
    outcomes: [
      {
        from: 'catalogue',
        name: server.name,
        id,
        state: 'new',
        notes: [...launch.notes, ...moved, ...toBeSet],
      },
    ],
  };
  return { ok: true, id, plan, missing: [...missing.values()] };
}

/** The first answer that is none of a question's choices, or holds a NUL; undefined where all may be given. */
export function wrongAnswer(
  questions: readonly Question[],
  answers: Readonly<Record<string, string>>,
): string | undefined {
  const byName = new Map(questions.map((question) => [question.name, question]));
  for (const [name, value] of Object.entries(answers)) {
    const question = byName.get(name);
    if (question === undefined) {
      const known = [...byName.keys()].join(', ');
      return `the server does not ask for ${name}; it asks for ${known === '' ? 'nothing' : known}`;
    }
    if (question.choices?.includes(value) === false)
      return `${name} is one of ${question.choices.join(', ')}`;
    if (value.includes('\0')) return `the value of ${name} holds a NUL character`;
  }
  return undefined;
}
