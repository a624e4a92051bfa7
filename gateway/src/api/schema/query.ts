import { z } from 'zod';

/** A whole number in a query. */
export function wholeNumber(min: number, max: number) {
  const message = `expected a whole number from ${min} to ${max}`;
  const digits = new RegExp(`^\\d{1,${String(max).length}}$`);
  return z
    .string()
    .regex(digits, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
    .meta({ type: 'integer', minimum: min, maximum: max });
}
