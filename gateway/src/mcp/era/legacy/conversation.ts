import type { Conversation } from '../../../upstream/types.ts';
import type { ResponseNotifier } from '../../jsonrpc/notifier.ts';
import type { Caller } from '../../call/caller.ts';
import { isWanted } from '../../session/logLevel.ts';
import { notificationText } from '../../jsonrpc/message.ts';

const logMessage = 'notifications/message';

/**
 * A client with a session, as the server meets it during one of its requests: what the server says and asks comes on the stream
 * of that request's answer, and where the client takes none, on the session's own.
 */
export function conversationOf(caller: Caller, notifier: ResponseNotifier): Conversation | undefined {
  const { session } = caller;
  if (session === undefined) return undefined;
  return {
    capabilities: session.capabilities,
    takesInputRequired: false,
    logLevel: session.logLevel ?? 'info',
    notify: (method, params) => {
      if (method === logMessage && !isWanted(params, session.logLevel)) return;
      const text = notificationText(method, params);
      if (!notifier.notify(text)) session.push(text);
    },
    ask: (question, signal) =>
      session.ask(question, signal, (text) => {
        if (!notifier.notify(text)) session.push(text);
      }),
  };
}
