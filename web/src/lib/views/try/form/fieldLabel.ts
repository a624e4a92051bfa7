import { visibleText } from '#lib/domain/text/hostileText.ts';

/** The name of a field: its own and its title, and whether it has to be there. */
export function fieldLabel(name: string, title: string, required: boolean): string {
  const shown = title === '' || title.toLowerCase() === name.toLowerCase() ? name : `${name} · ${title}`;
  return `${visibleText(shown)}${required ? ' (required)' : ''}`;
}
