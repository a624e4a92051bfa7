/** Keys whose values are never secret, so that their line may be shown. */
const publicKeys = new Set(
  `host port audit_log loopback_only rate_limit_rpm allowed_hosts allowed_origins audit_rotate_mib list_max_mib max_body_mib max_result_mib memory_mib lists refresh management_scope browser_sign_in oauth
   cert_file key_file client_ca_file client_certificates max_connections_per_address path owner group certificate
   allow_servers transport command args cwd url stdio_mode runtime scope enabled pin_tools unlisted_tools unlisted_resources idle_stop_s initialize_s tools_list_s
   tools_call_s tools_call_max_s retry_on_timeout retry_backoff_s mode allow_tools deny_tools
   sampling elicitation roots tools max always auth type per grant client_id scopes issuer client_metadata_url
   audience client_claim map claim client allow_private ca_file`.split(/\s+/),
);

const sectionKeys = new Set([
  'token',
  'token_file',
  'token_sha256',
  'tls',
  'socket',
  'env',
  'headers',
  'timeouts',
  'tool_policy',
  'client_secret',
  'client_key',
]);

const keyAndValue = /^(\s*(?:- +)*["']?)([^\s"':#{}[\],-][^\s"':#{}[\],]*)(["']?\s*:(?:\s+|$))(.*)$/;

/**
 * A line of a registry with everything that may be a secret dotted out, column for column, so that a caret below it
 * still points at the right place. Shown are keys, and the values of keys that are known to hold none.
 * @param path of the problem that the line is shown for, as in {@link Problem.path}
 */
export function maskedLine(line: string, path: string): string {
  if (/\.(env|headers)\b/.test(path)) return maskValueOrAll(line);
  const listKey = /([a-z_]+)\[\d+\]$/.exec(path)?.[1];
  if (listKey !== undefined && publicKeys.has(listKey) && !line.includes(': ')) return maskPairs(line);
  const [, , key = '', , value = ''] = keyAndValue.exec(line) ?? [];
  const plain = !/:\s|[{@?]/.test(value);
  return publicKeys.has(key) && plain ? maskPairs(line) : maskValueOrAll(line);
}

/** `NAME=value` among arguments (`docker run -e`), not `--flag=value` nor what names a mount. */
const pair = /(?<!--[\w-]*)(?!(?:type|source|src|target|dst|destination)=)\b[A-Za-z_]\w*=(?=[^\s=])/;

/** From the first value on all is dotted out: where it ends depends on how it is quoted. */
function maskPairs(line: string): string {
  const found = /^\s*(?:- +)*["']?url\b/.test(line) ? null : pair.exec(line);
  if (found === null) return line;
  const from = found.index + found[0].length;
  return line.slice(0, from) + dotted(line.slice(from));
}

function maskValueOrAll(line: string): string {
  const parts = keyAndValue.exec(line);
  if (parts === null) return dotted(line);
  const [, indent = '', key = '', colon = '', value = ''] = parts;
  return `${indent}${key}${colon}${dotted(value)}`;
}

/** YAML's punctuation and the registry's own words stay: they are what an error is about. */
function dotted(text: string): string {
  return text.replace(/([a-z_]+)(?=:\s)|[^\s"'[\]{},:]/g, (part: string, word?: string) => {
    const known = word !== undefined && (publicKeys.has(word) || sectionKeys.has(word));
    return known ? part : '•'.repeat(part.length);
  });
}
