import { isObject, type Schema } from './schemaShape.ts';

/** The arguments of a prompt as a schema: texts, each with its description. */
export function promptSchema(given: unknown): Schema {
  const list = (Array.isArray(given) ? given : []).filter(isObject);
  const names = list.map((one) => one['name']).filter((name): name is string => typeof name === 'string');
  const properties = list.map((one) => [
    String(one['name']),
    { type: 'string', title: one['title'], description: one['description'] },
  ]);
  const required = list.filter((one) => one['required'] === true).map((one) => one['name']);
  return {
    type: 'object',
    properties: Object.fromEntries(properties.filter(([name]) => names.includes(String(name)))) as Schema,
    required,
  };
}

const expression = /\{([+#./;?&]?)([^{}]+)\}/g;

/** The variables of a URI template (RFC 6570) as a schema. */
export function templateSchema(template: string): Schema {
  const names = [...template.matchAll(expression)].flatMap(([, , list = '']) =>
    list.split(',').map((name) => name.replace(/(?:\*|:\d+)$/, '')),
  );
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])),
    required: [...new Set(names)],
  };
}

/** The template filled in: reserved characters are encoded but after `{+` and `{#` (RFC 6570, 3.2). */
export function filledTemplate(template: string, values: Schema): string {
  return template.replaceAll(expression, (_whole, operator: string, list: string) => {
    const names = list.split(',').map((name) => name.replace(/(?:\*|:\d+)$/, ''));
    const encode = operator === '+' || operator === '#' ? encodeURI : encodeURIComponent;
    const parts = names.map((name) => {
      const value = encode(String(values[name] ?? ''));
      return ['?', '&', ';'].includes(operator) ? `${name}=${value}` : value;
    });
    const [start, between] = (
      {
        '?': ['?', '&'],
        '&': ['&', '&'],
        ';': [';', ';'],
        '#': ['#', ','],
        '/': ['/', '/'],
        '.': ['.', '.'],
      } as const
    )[operator as '?'] ?? ['', ','];
    return start + parts.join(between);
  });
}
