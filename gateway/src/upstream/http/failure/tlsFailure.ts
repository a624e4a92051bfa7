const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
]);

/** What went wrong before a TLS connection was established, and what to set; undefined for any other failure. */
export function tlsFailure(serverId: string, code: string): string | undefined {
  const at = `servers.${serverId}.url`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `The certificate of server "${serverId}" is for another host name. Write that name into ${at}.`;
  if (code === 'CERT_NOT_YET_VALID')
    return `The certificate of server "${serverId}" is not valid yet. Set the clock of this machine, or renew it at the server.`;
  if (code === 'CERT_HAS_EXPIRED')
    return `The certificate of server "${serverId}" has expired. Renew it at the server.`;
  if (untrusted.has(code)) {
    return (
      `The certificate of server "${serverId}" is not signed by a trusted authority (${code}). ` +
      `Name the file of its authority in servers.${serverId}.tls.ca_file, or in NODE_EXTRA_CA_CERTS where LMCP is started.`
    );
  }
  if (
    code === 'EPROTO' ||
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
  )
    return `Server "${serverId}" does not answer with TLS. Write http:// into ${at}, or another port.`;
  return undefined;
}
