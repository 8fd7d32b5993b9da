/**
 * How large a head's dot on the map is, in the map's pixels: small in the first layer, large in the last, so that layers can be
 * told apart where their colours cannot.
 * @param index the layer's place among the `layers`, from 0
 */
export function layerRadius(index: number, layers: number, chosen = false): number {
  return 3 + (layers > 1 ? (3 * index) / (layers - 1) : 1.5) + (chosen ? 2 : 0);
}
