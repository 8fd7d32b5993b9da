import { isObject } from '../models/isObject';

/** The name of the picture that a file of inputs gives (`"image": "cat.png"`); undefined where it names none. */
export function pictureNameOf(json: string): string | undefined {
  let file: unknown;
  try {
    file = JSON.parse(json);
  } catch {
    return undefined;
  }
  return isObject(file) && typeof file.image === 'string' && !file.image.endsWith('.npy') ? file.image : undefined;
}
