import { DataType } from '../read/onnxModel';
import type { Value } from './linkedGraph';

/** The types of floating-point numbers. */
export const floatTypes: ReadonlySet<number> = new Set([
  DataType.float,
  DataType.float16,
  DataType.bfloat16,
  DataType.double,
]);

/** Whether a value may be floating-point numbers: what is not known may. */
export function isFloat({ type }: Value): boolean {
  return type === undefined || floatTypes.has(type);
}
