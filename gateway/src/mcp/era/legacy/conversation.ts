import type { Conversation } from '../../../upstream/types.ts';
import { whenWritten } from '../../../upstream/rpc/writeLarge.ts';
import { notification } from '../../jsonrpc/message.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import { isWanted } from '../../session/logLevel.ts';
import type { Session } from '../../session/session.ts';
import { conversationForAll } from '../../tasks/translate.ts';

const logMessage = 'notifications/message';

/**
 * The server's channel to a client with a session during one of its requests: messages and requests go to the response stream
 * of that request or, if the client accepts none, to the session's own stream.
 * @param renamed the server whose task ids are translated for a client of `/mcp`
 */
export function conversationOf(
  session: Session,
  notifier: ResponseNotifier,
  renamed: string | undefined,
): Conversation {
  const send = (text: string, offered?: 'offered'): void => {
    if (!notifier.notify(text, offered)) session.push(text, offered);
  };
  const conversation: Conversation = {
    sessionId: session.id,
    capabilities: session.capabilities,
    takesInputRequired: false,
    logLevel: session.logLevel ?? 'info',
    notify: (method, params) => {
      const isLog = method === logMessage;
      if (isLog && !isWanted(params, session.logLevel)) return undefined;
      return whenWritten(session.identity.clientId, notification(method, params), (text) =>
        send(text, isLog ? 'offered' : undefined),
      );
    },
    ask: (question, signal) => session.ask(question, signal, (text) => send(text)),
    roots: () => (session.capabilities.roots === undefined ? undefined : session.roots((text) => send(text))),
  };
  session.offerRoots((text) => send(text));
  return renamed === undefined ? conversation : conversationForAll(conversation, renamed);
}
