const ending = '.yaml';

/** How the API names a kept registry: its file's name without the ending. */
export function historyIdOf(fileName: string): string {
  return fileName.endsWith(ending) ? fileName.slice(0, -ending.length) : fileName;
}

export function fileNameOf(historyId: string): string {
  return `${historyId}${ending}`;
}
