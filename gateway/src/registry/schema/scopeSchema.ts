import { z } from 'zod';

/** RFC 6749, section 3.3. */
export const scopeSchema = z
  .string()
  .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,256}$/, 'this is not a scope (RFC 6749 section 3.3)');
