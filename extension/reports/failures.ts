import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';

/** Something that was asked of a process and failed: nothing of what it was asked about. */
export interface Failure {
  /** What it is known by, here and in docs/reliability.md. */
  readonly code: keyof typeof InferenceErrorCode;
  /** The request's name. */
  readonly request: string;
  readonly time: Date;
}

/** So many failures are remembered. */
const mostFailures = 20;

/** What failed last in this window, the newest last; what was cancelled has not failed. */
export class Failures {
  private failures: Failure[] = [];

  get all(): readonly Failure[] {
    return this.failures;
  }

  add(code: InferenceErrorCode, request: string, time = new Date()): void {
    if (code === InferenceErrorCode.cancelled) return;
    const name = InferenceErrorCode[code] as keyof typeof InferenceErrorCode;
    this.failures = [...this.failures, { code: name, request, time }].slice(-mostFailures);
  }
}
