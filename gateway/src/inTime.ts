/** The value of a promise, or undefined if it takes longer than `ms` milliseconds; its failure in time is thrown. */
export async function inTime<T>(value: Promise<T>, ms: number): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), ms);
  try {
    return await Promise.race([value, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
