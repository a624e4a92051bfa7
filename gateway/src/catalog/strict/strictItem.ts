import type { Item, Kind } from '../items.ts';
import { described } from './described.ts';
import { flag, list, number, oneOf, record, share, text, type Fit } from './fit.ts';

/** RFC 3339 with seconds, as in the schemas of the official clients. */
const dateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const instant: Fit = (value) =>
  typeof value === 'string' && dateTime.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;

const annotations = record({
  audience: list(oneOf('user', 'assistant')),
  priority: share,
  lastModified: instant,
});
const resource = record({ ...described, name: text, mimeType: text, size: number, annotations });
const argument = record({ name: text, title: text, description: text, required: flag }, ['name']);
const fits: Readonly<Record<Exclude<Kind, 'tools'>, Fit>> = {
  prompts: record({ ...described, arguments: list(argument) }),
  resources: resource,
  templates: resource,
};

/** A listed prompt, resource or template repaired so that strict clients accept it; unchanged if they do already. */
export function strictItem(kind: Exclude<Kind, 'tools'>, item: Item): Item {
  const fitted = fits[kind](item, '', []) as Item;
  if (kind === 'prompts' || typeof fitted['name'] === 'string') return fitted;
  return { ...fitted, name: fitted[kind === 'resources' ? 'uri' : 'uriTemplate'] };
}
