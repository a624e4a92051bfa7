/** What is known of a new gateway. */
export interface SetUp {
  readonly signedIn: boolean;
  readonly servers: number;
  /** Ids are known to the administrator only: null signed out. */
  readonly clients: readonly string[] | null;
  readonly clientCount: number;
  /** Whether a client has sent a request. */
  readonly connected: boolean;
}

export interface FirstRunStep {
  readonly id: 'sign-in' | 'server' | 'client' | 'call';
  readonly name: string;
  readonly done: boolean;
}

/** What is to be done until the first call, in its order. */
export function firstRunSteps(of: SetUp): FirstRunStep[] {
  const clientName = of.clients?.length === 1 ? (of.clients[0] ?? 'a client') : 'a client';
  return [
    { id: 'sign-in', name: 'Sign in', done: of.signedIn },
    { id: 'server', name: 'Add a server', done: of.servers > 0 },
    {
      id: 'client',
      name: of.clientCount === 0 ? 'Add a client' : `Connect ${clientName}`,
      done: of.connected,
    },
    { id: 'call', name: 'First call', done: false },
  ];
}
