/** What tabs of this interface tell one another. */
type Message = { readonly kind: 'asked' } | { readonly kind: 'held' | 'ended'; readonly token: string };

export interface SharedSession {
  /** The secret of the session that this tab holds; null where it holds none that may be handed on. */
  readonly held: () => string | null;
  /** Another tab holds this one. */
  readonly offered: (token: string) => void;
  /** Another tab has signed out of this one. */
  readonly ended: (token: string) => void;
}

export interface OtherTabs {
  /** A session has begun here: tabs that wait for one take it. */
  began(token: string): void;
  /** A session has ended here. */
  ended(token: string): void;
}

/**
 * Hands the secret of a session to other tabs. Only pages of this origin, with its port, hear of it; no cookie does that, which goes to every port.
 */
export function shareSession({ held, offered, ended }: SharedSession): OtherTabs {
  const channel = new BroadcastChannel('lmcp.session');
  const tell = (message: Message): void => channel.postMessage(message);
  channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
    if (data.kind === 'held') offered(data.token);
    else if (data.kind === 'ended') ended(data.token);
    else {
      const token = held();
      if (token !== null) tell({ kind: 'held', token });
    }
  });
  tell({ kind: 'asked' });
  return {
    began: (token) => tell({ kind: 'held', token }),
    ended: (token) => tell({ kind: 'ended', token }),
  };
}
