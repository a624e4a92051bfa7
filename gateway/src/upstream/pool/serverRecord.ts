import type { Clock } from '../../clock.ts';
import { Eras } from './eras.ts';
import { OutputLog } from '../output/outputLog.ts';
import type { RunningInstance } from './instance.ts';
import { lastLines } from './stderrLines.ts';
import type { Supervisor } from './supervisor.ts';
import type { ServerFailure, ServerHealth, ServerState } from '../types.ts';

/** From what to show when instances differ: one that works counts most, one that can't work counts more than one that waits. */
const precedence: readonly ServerState[] = ['ready', 'starting', 'failed', 'backoff'];

function combinedState(states: readonly ServerState[]): ServerState {
  return precedence.find((state) => states.includes(state)) ?? 'idle';
}

/** All instances of one server, and what is remembered of them. */
export class ServerRecord {
  readonly supervisors = new Map<string, Supervisor>();
  /** Found out with the first instance, remembered for all others. */
  readonly eras = new Eras();
  readonly output: OutputLog;
  readonly #clock: Clock;
  #state: ServerState = 'idle';
  #since: number | null = null;
  #restarts = 0;
  #failure: ServerFailure | null = null;
  #newest: RunningInstance | undefined;
  #newestNumber = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.output = new OutputLog(clock);
  }

  get instances(): number {
    return this.#running().length;
  }

  started(instance: RunningInstance): void {
    this.#setNewest(instance);
    // It works again: what failed before is in the log.
    this.#failure = null;
  }

  restarted(): void {
    this.#restarts++;
  }

  /** @param message fit for the administrator (failureText) */
  failed(message: string, instance: RunningInstance | undefined): void {
    if (instance) this.#setNewest(instance);
    this.#failure = { message, stderr: lastLines(instance?.stderrTail() ?? '') };
  }

  #setNewest(instance: RunningInstance): void {
    if (instance !== this.#newest) this.#newestNumber++;
    this.#newest = instance;
  }

  stateChanged(): void {
    const state = combinedState([...this.supervisors.values()].map((supervisor) => supervisor.state));
    if (state === this.#state) return;
    this.#state = state;
    this.#since = this.#clock.now();
  }

  health(): ServerHealth {
    return {
      state: this.#state,
      since: this.#since,
      instances: this.instances,
      restarts: this.#restarts,
      failure: this.#failure,
      lastError: this.#failure && textOf(this.#failure),
      stderrTail: this.#newest?.stderrTail() ?? '',
      stderrInstance: this.#newestNumber,
      initializeResult: this.#newest?.initializeResult ?? null,
    };
  }

  /** Drops the supervisors that have nothing to remember. */
  forgetIdle(): void {
    for (const [key, supervisor] of this.supervisors) {
      if (supervisor.forgettable) this.supervisors.delete(key);
    }
  }

  /** What runs, starts or waits for one client. */
  of(clientId: string): (readonly [key: string, supervisor: Supervisor])[] {
    return [...this.supervisors].filter(([, { owner }]) => owner.clientId === clientId);
  }

  #running(): RunningInstance[] {
    return [...this.supervisors.values()].flatMap(({ instance }) => instance ?? []);
  }
}

function textOf({ message, stderr }: ServerFailure): string {
  return stderr.length === 0 ? message : [message, 'stderr:', ...stderr].join('\n');
}
