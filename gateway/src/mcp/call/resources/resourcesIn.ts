import { isObject, own } from '../../jsonrpc/message.ts';
import { viewOf } from './views.ts';

/**
 * The URIs of resources in a result: links and embedded resources of `tools/call` (`content`) and
 * `prompts/get` (`messages`), the contents of `resources/read`, the view of an MCP App, and all of these in the result of a task.
 */
export function* resourcesIn(result: unknown): Generator<string> {
  if (!isObject(result)) return;
  yield* resourcesOf(result);
  const ofTask = own(result, 'result');
  if (isObject(ofTask)) yield* resourcesOf(ofTask);
}

function* resourcesOf(result: Readonly<Record<string, unknown>>): Generator<string> {
  const view = viewOf(result);
  if (typeof view === 'string') yield view;
  for (const block of listIn(result, 'content')) yield* uriOfBlock(block);
  for (const message of listIn(result, 'messages'))
    if (isObject(message)) for (const block of blocksOf(own(message, 'content'))) yield* uriOfBlock(block);
  for (const one of listIn(result, 'contents')) yield* uriOf(one);
}

function listIn(result: Readonly<Record<string, unknown>>, member: string): readonly unknown[] {
  const list = own(result, member);
  return Array.isArray(list) ? list : [];
}

function blocksOf(content: unknown): readonly unknown[] {
  return Array.isArray(content) ? content : [content];
}

function* uriOfBlock(block: unknown): Generator<string> {
  if (!isObject(block)) return;
  if (block['type'] === 'resource_link') yield* uriOf(block);
  else if (block['type'] === 'resource') yield* uriOf(own(block, 'resource'));
}

function* uriOf(value: unknown): Generator<string> {
  if (isObject(value) && typeof value['uri'] === 'string') yield value['uri'];
}
