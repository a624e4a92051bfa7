import type { ServerSection } from './toRegistry.ts';

/** The program, image or origin of a server, for a person; null where none is known. */
export function runsWhat(server: ServerSection | undefined): string | null {
  const { command, image, url } = server ?? {};
  if (typeof image === 'string') return image;
  if (typeof command === 'string') return command;
  return typeof url === 'string' && URL.canParse(url) ? new URL(url).origin : null;
}
