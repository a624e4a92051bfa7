import { isObject, own } from '../../jsonrpc/message.ts';
import { blockType } from './blockType.ts';
import { viewOf } from './views.ts';

/**
 * The URIs of resources in a result: links and embedded resources of `tools/call` (`content`) and
 * `prompts/get` (`messages`), the contents of `resources/read`, the view of an MCP App, and all of these in the result of a task.
 */
export function resourcesIn(result: unknown): readonly string[] {
  const found: string[] = [];
  if (!isObject(result)) return found;
  addResources(result, found);
  const ofTask = own(result, 'result');
  if (isObject(ofTask)) addResources(ofTask, found);
  return found;
}

function addResources(result: Readonly<Record<string, unknown>>, found: string[]): void {
  const view = viewOf(result);
  if (typeof view === 'string') found.push(view);
  addOfBlocks(own(result, 'content'), found);
  for (const message of listIn(result, 'messages')) {
    if (!isObject(message)) continue;
    const content = own(message, 'content');
    addOfBlocks(Array.isArray(content) ? content : [content], found);
  }
  for (const one of listIn(result, 'contents')) addUri(one, found);
}

function listIn(result: Readonly<Record<string, unknown>>, member: string): readonly unknown[] {
  const list = own(result, member);
  return Array.isArray(list) ? list : [];
}

function addOfBlocks(blocks: unknown, found: string[]): void {
  if (!Array.isArray(blocks)) return;
  // A list may have millions of items, over which an iterator takes four times as long.
  for (let at = 0; at < blocks.length; at++) addOfBlock(blocks[at], found);
}

function addOfBlock(block: unknown, found: string[]): void {
  const type = blockType(block);
  if (type === 'resource_link') addUri(block, found);
  else if (type === 'resource' && isObject(block)) addUri(own(block, 'resource'), found);
}

function addUri(value: unknown, found: string[]): void {
  if (isObject(value) && typeof value['uri'] === 'string') found.push(value['uri']);
}
