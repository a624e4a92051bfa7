import { isObject } from './schemaShape.ts';

/** One part of what a tool, a prompt or a resource answered, as the page shows it. Nothing of it is fetched. */
export type ContentBlock =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly url: string; readonly about: string }
  | { readonly kind: 'audio'; readonly url: string; readonly about: string }
  | { readonly kind: 'link'; readonly uri: string; readonly about: string }
  | { readonly kind: 'file'; readonly about: string; readonly bytes: number };

/** What browsers draw without running anything of it. */
const images = /^image\/(?:png|jpeg|gif|webp|avif|bmp|svg\+xml)$/i;
const audio = /^audio\/[a-z0-9.+-]+$/i;
const base64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;

/** The `content` of a CallToolResult. */
export function contentBlocks(result: unknown): ContentBlock[] {
  const content = isObject(result) && Array.isArray(result['content']) ? result['content'] : [];
  return content.flatMap(blockOf);
}

/** The `contents` of a ReadResourceResult. */
export function resourceBlocks(result: unknown): ContentBlock[] {
  const contents = isObject(result) && Array.isArray(result['contents']) ? result['contents'] : [];
  return contents.flatMap(embedded);
}

/** The messages of a GetPromptResult: who says it, and what. */
export function promptMessages(result: unknown): { role: string; blocks: ContentBlock[] }[] {
  const messages = isObject(result) && Array.isArray(result['messages']) ? result['messages'] : [];
  return messages.filter(isObject).map((message) => ({
    role: typeof message['role'] === 'string' ? message['role'] : '',
    blocks: [message['content']].flat().flatMap(blockOf),
  }));
}

function blockOf(block: unknown): ContentBlock[] {
  if (!isObject(block)) return [];
  switch (block['type']) {
    case 'text':
      return typeof block['text'] === 'string' ? [{ kind: 'text', text: block['text'] }] : [];
    case 'image':
    case 'audio':
      return media(block['data'], textOf(block['mimeType']), textOf(block['mimeType']));
    case 'resource':
      return embedded(block['resource']);
    case 'resource_link':
      return [
        {
          kind: 'link',
          uri: textOf(block['uri']),
          about: [block['title'] ?? block['name'], block['mimeType'], block['description']]
            .filter((part): part is string => typeof part === 'string' && part !== '')
            .join(' · '),
        },
      ];
    default:
      // A type that this page does not know is in the raw answer.
      return [];
  }
}

function embedded(resource: unknown): ContentBlock[] {
  if (!isObject(resource)) return [];
  const about = [resource['uri'], resource['mimeType']]
    .filter((part): part is string => typeof part === 'string' && part !== '')
    .join(' · ');
  const link: ContentBlock = {
    kind: 'link',
    uri: textOf(resource['uri']),
    about: textOf(resource['mimeType']),
  };
  if (typeof resource['text'] === 'string') return [link, { kind: 'text', text: resource['text'] }];
  return [link, ...media(resource['blob'], textOf(resource['mimeType']), about)];
}

/** A data URL where a browser can show it, else what it is. */
function media(data: unknown, mimeType: string, about: string): ContentBlock[] {
  if (typeof data !== 'string') return [];
  const kind = images.test(mimeType) ? 'image' : audio.test(mimeType) ? 'audio' : null;
  if (kind === null || !base64.test(data)) {
    return [{ kind: 'file', about, bytes: Math.floor((data.replaceAll(/[\s=]/g, '').length * 3) / 4) }];
  }
  return [{ kind, url: `data:${mimeType.toLowerCase()};base64,${data.replaceAll(/\s/g, '')}`, about }];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
