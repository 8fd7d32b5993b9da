/** After so many deaths within the time (milliseconds) a model is not tried again. */
export const mostDeaths = 3;
const deathWindow = 60_000;

/**
 * What the inference process died over, so that one bad model never keeps another from being used. Where it died at no
 * model's work (it could not start) all are kept back.
 */
export class DeathCount {
  private readonly deaths: { readonly at: number; readonly model?: string }[] = [];

  /** @param now milliseconds, of a clock that only goes forward. */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The process died. @param models the ids of those that it may have died over; none: of itself. */
  add(models: readonly string[]): void {
    const at = this.now();
    if (models.length === 0) this.deaths.push({ at });
    for (const model of new Set(models)) this.deaths.push({ at, model });
  }

  /** Whether the process died too often of late to be started for a model. @param model its id; absent: for none. */
  isTooMany(model: string | undefined): boolean {
    const since = this.now() - deathWindow;
    const counted = this.deaths.filter(
      death => death.at > since && (death.model === undefined || death.model === model),
    );
    return counted.length >= mostDeaths;
  }
}
