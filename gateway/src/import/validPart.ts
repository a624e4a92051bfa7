import type { ImportPlan, Outcome } from './plan.ts';

/** A problem of the registry that the import would make. */
interface Problem {
  /** `servers.github.url` */
  readonly path: string;
  readonly message: string;
  readonly fix?: string;
}

/**
 * The plan without the servers that the registry does not accept, each with what it says about them.
 * @param problemsOf validates the registry as it would be with a plan
 */
export function validPart(
  plan: ImportPlan,
  problemsOf: (plan: ImportPlan) => readonly Problem[],
): ImportPlan {
  const rejected = new Map<string, string>();
  for (const { path, message, fix } of problemsOf(plan)) {
    const [, plain, quoted] = /^servers(?:\.([\w-]+)|\["([^"]+)"\])/.exec(path) ?? [];
    const id = plain ?? quoted;
    if (id === undefined || !plan.servers.has(id) || rejected.has(id)) continue;
    rejected.set(id, fix === undefined ? message : `${message}; ${fix}`);
  }
  if (rejected.size === 0) return plan;
  return validPart(leavingOut(plan, rejected), problemsOf);
}

/** The plan without these servers, each with the reason. */
export function leavingOut(plan: ImportPlan, rejected: ReadonlyMap<string, string>): ImportPlan {
  const grants = [...plan.grants].map(
    ([client, gained]) => [client, new Map([...gained].filter(([id]) => !rejected.has(id)))] as const,
  );
  return {
    servers: new Map([...plan.servers].filter(([id]) => !rejected.has(id))),
    secrets: new Map([...plan.secrets].filter(([id]) => !rejected.has(id))),
    asked: new Map([...plan.asked].filter(([id]) => !rejected.has(id))),
    grants: new Map(grants.filter(([, gained]) => gained.size > 0)),
    outcomes: plan.outcomes.map((outcome): Outcome => {
      const reason = outcome.id === null ? undefined : rejected.get(outcome.id);
      return reason === undefined ? outcome : { ...outcome, id: null, state: 'left_out', notes: [reason] };
    }),
  };
}
