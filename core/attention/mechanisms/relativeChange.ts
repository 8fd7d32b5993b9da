/** How far a vector is from another, as a part of the other's length: ‖z′ − z‖/‖z‖; 0 where both are 0, infinite where only the other is. */
export function relativeChange(changed: Float64Array, own: Float64Array): number {
  let [difference, length] = [0, 0];
  for (let i = 0; i < own.length; i++) {
    difference += (changed[i] - own[i]) ** 2;
    length += own[i] ** 2;
  }
  return difference === 0 ? 0 : Math.sqrt(difference / length);
}
