/** Settles as `promise` does, or rejects with what `tooLate` makes when that has not happened within so many ms. What the promise stands for goes on all the same. */
export async function within<T>(milliseconds: number, promise: Promise<T>, tooLate: () => unknown): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(tooLate()), milliseconds);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
