/** Ends with the work, or without it after `ms`; the work goes on. */
export async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const timer = Promise.withResolvers<void>();
  const handle = setTimeout(timer.resolve, ms);
  try {
    await Promise.race([work, timer.promise]);
  } finally {
    clearTimeout(handle);
  }
}
