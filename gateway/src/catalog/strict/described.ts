import { list, oneOf, record, text, type Fit } from './fit.ts';

const icon = record({ src: text, mimeType: text, sizes: list(text), theme: oneOf('light', 'dark') }, ['src']);

/** Optional members that every listed item may have. */
export const described: Readonly<Record<string, Fit>> = {
  title: text,
  description: text,
  icons: list(icon),
  _meta: record({}),
};
