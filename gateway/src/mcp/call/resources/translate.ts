import { exposedUri } from '../../../catalog/resources/resourceUris.ts';
import { isObject, own } from '../../jsonrpc/message.ts';
import { blockType } from './blockType.ts';

type Translate = (result: unknown) => unknown;

/**
 * Replaces the server's resource URIs in a result with the URIs of `/mcp`: in links and embedded resources of `tools/call`
 * (`content`) and `prompts/get` (`messages`). Returns results without any unchanged.
 */
export function linksForAll(serverId: string): Translate {
  return (result) => {
    if (!isObject(result)) return result;
    const content = own(result, 'content');
    if (Array.isArray(content)) {
      const translated = mapChanged(content, (block: unknown) => translateBlock(serverId, block));
      return translated === content ? result : { ...result, content: translated };
    }
    const messages = own(result, 'messages');
    if (!Array.isArray(messages)) return result;
    const translated = mapChanged(messages, (message: unknown) => translateMessage(serverId, message));
    return translated === messages ? result : { ...result, messages: translated };
  };
}

/** The contents of `resources/read` under the URIs of `/mcp`. */
export function contentsForAll(serverId: string): Translate {
  return (result) => {
    const contents = isObject(result) ? own(result, 'contents') : undefined;
    if (!isObject(result) || !Array.isArray(contents)) return result;
    return { ...result, contents: mapChanged(contents, (one: unknown) => translateUri(serverId, one)) };
  };
}

function translateMessage(serverId: string, message: unknown): unknown {
  if (!isObject(message)) return message;
  const content = own(message, 'content');
  const translated = translateBlock(serverId, content);
  return translated === content ? message : { ...message, content: translated };
}

function translateBlock(serverId: string, block: unknown): unknown {
  const type = blockType(block);
  if (type === 'resource_link') return translateUri(serverId, block);
  if (type !== 'resource' || !isObject(block)) return block;
  const resource = own(block, 'resource');
  const translated = translateUri(serverId, resource);
  return translated === resource ? block : { ...block, resource: translated };
}

function translateUri(serverId: string, value: unknown): unknown {
  if (!isObject(value) || typeof value['uri'] !== 'string') return value;
  const uri = exposedUri({ serverId, uri: value['uri'] });
  return uri === undefined ? value : { ...value, uri };
}

/** Returns the same array if nothing in it changes. A list may have millions of items: it is not copied for nothing. */
function mapChanged(list: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let at = 0; at < list.length; at++) {
    const changed = change(list[at]);
    if (changed === list[at]) continue;
    copy ??= list.slice();
    copy[at] = changed;
  }
  return copy ?? list;
}
