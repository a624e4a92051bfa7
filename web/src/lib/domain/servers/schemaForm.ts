/** One field of a form made from a tool's input schema. */
export interface FormField {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'list' | 'json';
  readonly required: boolean;
  readonly description: string;
  /** For `choice`: the values, as JSON. */
  readonly choices: readonly string[];
  /** What the form starts with; for `json`, `choice` and numbers the text of it. */
  readonly initial: string;
}

/** Beyond this a form helps nobody: the whole input is then written as JSON. */
const maxFields = 60;

/** Fields for a schema of an object; null where it can't be drawn as a form and JSON has to be written. */
export function formFields(schema: Readonly<Record<string, unknown>>): FormField[] | null {
  const properties = schema['properties'];
  if (schema['type'] !== undefined && schema['type'] !== 'object') return null;
  if (properties === undefined) return isOpen(schema) ? null : [];
  if (!isObject(properties)) return null;
  const entries = Object.entries(properties);
  if (entries.length > maxFields) return null;
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  return entries.map(([name, property]) => field(name, property, required.has(name)));
}

function isOpen(schema: Readonly<Record<string, unknown>>): boolean {
  return ['oneOf', 'anyOf', 'allOf', '$ref', 'patternProperties'].some((key) => schema[key] !== undefined);
}

function field(name: string, property: unknown, required: boolean): FormField {
  const schema = isObject(property) ? property : {};
  const description = typeof schema['description'] === 'string' ? schema['description'] : '';
  const choices = Array.isArray(schema['enum']) ? schema['enum'].map((value) => JSON.stringify(value)) : [];
  const kind = choices.length > 0 ? 'choice' : kindOf(schema);
  return { name, kind, required, description, choices, initial: initialText(kind, schema['default']) };
}

function kindOf(schema: Readonly<Record<string, unknown>>): FormField['kind'] {
  const type = schema['type'];
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer' || type === 'boolean') return type;
  const items = schema['items'];
  return type === 'array' && isObject(items) && items['type'] === 'string' ? 'list' : 'json';
}

function initialText(kind: FormField['kind'], value: unknown): string {
  if (value === undefined) return '';
  if (kind === 'text' && typeof value === 'string') return value;
  if (kind === 'list' && Array.isArray(value)) return value.map(String).join('\n');
  return JSON.stringify(value);
}

export type FormReading =
  | { readonly ok: true; readonly values: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly errors: ReadonlyMap<string, string> };

/** Turns what was typed into arguments; empty fields that are not required are left out. */
export function readForm(fields: readonly FormField[], typed: ReadonlyMap<string, string>): FormReading {
  const values: [string, unknown][] = [];
  const errors = new Map<string, string>();
  for (const one of fields) {
    const text = typed.get(one.name) ?? '';
    if (text === '') {
      if (one.required)
        errors.set(one.name, 'This one is required. To send an empty text, write the arguments as JSON.');
      continue;
    }
    const read = readField(one, text);
    if ('error' in read) errors.set(one.name, read.error);
    else values.push([one.name, read.value]);
  }
  return errors.size > 0 ? { ok: false, errors } : { ok: true, values: Object.fromEntries(values) };
}

function readField(one: FormField, text: string): { value: unknown } | { error: string } {
  switch (one.kind) {
    case 'text':
      return { value: text };
    case 'list':
      return { value: text.split('\n').filter((line) => line !== '') };
    case 'number':
    case 'integer':
      return readNumber(text, one.kind === 'integer');
    case 'boolean':
      return { value: text === 'true' };
    case 'choice':
    case 'json':
      return readJson(text);
  }
}

function readNumber(text: string, whole: boolean): { value: number } | { error: string } {
  const value = Number(text.trim());
  if (text.trim() === '' || !Number.isFinite(value)) return { error: 'Write a number, as 12 or 0.5.' };
  return whole && !Number.isInteger(value) ? { error: 'Write a whole number.' } : { value };
}

function readJson(text: string): { value: unknown } | { error: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { error: `Not JSON: ${error instanceof Error ? error.message : 'it can’t be read'}` };
  }
}

/** The whole input as JSON, for schemas that are no form. */
export function readJsonObject(text: string): FormReading {
  const read = readJson(text === '' ? '{}' : text);
  if ('error' in read) return { ok: false, errors: new Map([['', read.error]]) };
  if (isObject(read.value)) return { ok: true, values: read.value };
  return { ok: false, errors: new Map([['', 'Arguments are a JSON object: {"name": value}.']]) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
