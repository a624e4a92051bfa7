/** Whether a text is the JSON-RPC answer to the request with this id. */
export function isAnswerTo(text: string, id: number): boolean {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== 'object' || message === null || Array.isArray(message)) return false;
    return 'id' in message && message.id === id && ('result' in message || 'error' in message);
  } catch {
    return false;
  }
}
