import { entryFor, entryName, type Application, type Connection } from './applications/application.ts';
import type { Platform } from './applications/platform.ts';
import { editFile } from './edit/editFile.ts';

/** A piece of an application's configuration, whole in itself. */
export interface Snippet {
  /** The application, as its makers write it. */
  readonly title: string;
  /** Where it goes, for a person. */
  readonly where: string;
  /** The piece, ready to paste, without a newline at the end. */
  readonly text: string;
  /** What the person should know, if anything. */
  readonly note?: string;
}

/** The configuration that connects the application: its file as it would be if nothing else were in it. */
export function snippetFor(
  application: Application,
  connection: Connection,
  os: Platform['os'] = hereOs(),
): Snippet {
  const { format, place, title, note } = application;
  const edit = { place, name: entryName, entry: entryFor(application, connection) };
  const result = editFile(format, '', edit);
  if (!result.ok) throw new Error(`${application.name}: ${result.message}`);
  const where = whereOf(application, os);
  return { title, where, text: result.text.trimEnd(), ...(note === undefined ? {} : { note }) };
}

function whereOf(application: Application, os: Platform['os']): string {
  const [usual = ''] = application.userFiles({ os, home: '~', env: {} });
  const project = application.projectFiles[0];
  const files = project === undefined ? usual : `${usual}, or ${project} in the project`;
  return application.where === undefined ? files : `${application.where}; ${files}`;
}

/** Every other system keeps its files as Linux does. */
export function hereOs(): Platform['os'] {
  return process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
}
