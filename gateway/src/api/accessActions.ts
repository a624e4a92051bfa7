/** What the management scope `access` may do beside reading; changes of the registry are looked at one by one. */
export const accessActions: ReadonlySet<string> = new Set([
  'POST /registry/validate',
  'POST /registry/apply',
  'POST /management/preview',
  'POST /management/history/:history_id/restore',
  'POST /management/access',
  'POST /management/clients',
  'POST /management/clients/:client_id/rotate',
  'POST /management/clients/:client_id/retire',
  'DELETE /management/clients/:client_id',
  'POST /management/servers/:server_id/test',
  'POST /management/servers/:server_id/acknowledge',
  'POST /management/call',
  'POST /management/audit/verify',
]);
