import type { RegistryDiff } from './diff.ts';

const maxLines = 10;

interface Edit {
  readonly diff: Pick<RegistryDiff, 'summary'>;
  /** Keys below `lmcp` whose new value needs a restart of the gateway. */
  readonly restartRequired: readonly string[];
}

/** What the terminal says of an edit by hand that has become active. Nothing in it is a secret. */
export function changeNotice({ diff, restartRequired }: Edit): string {
  const { summary } = diff;
  const more = summary.length - maxLines;
  const lines = [
    'the edited registry is active',
    ...summary.slice(0, maxLines),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(restartRequired.length > 0
      ? [
          `until LMCP is restarted the old value counts for ${restartRequired.map((key) => `lmcp.${key}`).join(', ')}`,
        ]
      : []),
  ];
  return lines.join('\n  ');
}
