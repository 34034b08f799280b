/** A refusal in the form that Matrix clients know: a status, and `{errcode, error}` as its body. */
export class ApiError extends Error {
  readonly status: number;
  readonly errcode: string;
  /** After how many seconds it is worth trying again. */
  readonly retryAfter?: number;

  constructor(status: number, errcode: string, message: string, { cause, retryAfter }: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, { cause });
    this.status = status;
    this.errcode = errcode;
    this.retryAfter = retryAfter;
  }
}
