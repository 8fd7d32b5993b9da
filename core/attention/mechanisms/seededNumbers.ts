/** Pseudo-random numbers that are the same for a seed everywhere (mulberry32). */
export class SeededNumbers {
  private state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** At least 0, below 1, evenly. */
  uniform(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  /** Of the standard normal distribution (Box & Muller 1958): two even numbers make one. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** So many of {@link normal}, each times `spread`. */
  normals(count: number, spread = 1): Float64Array {
    return Float64Array.from({ length: count }, () => spread * this.normal());
  }
}
