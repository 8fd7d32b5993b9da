import { csvField } from '../tables/csv';
import { readableToken } from './attentionCsv';
import { float32Text } from './float32Text';
import { type HeadTensors, numpyLines, type StepTensor } from './headTensors';
import { joinParts } from './joinBytes';
import type { ExportedRun } from './layerWeights';
import { npyRecord } from './npy';
import { runMetadata, safetensors } from './safetensors';

/** What the steps of a head can be saved as. */
export const stepFormats = ['csv', 'json', 'npy', 'safetensors'] as const;

/**
 * The steps of one head as the content of a file: `csv` a row a number (`tensor,row,row_token,column,column_token,value`),
 * `json` the arrays nested, −∞ as −1e999 (which Python and JavaScript read as such), `npy` one record that has the arrays by
 * name, `safetensors`. All but CSV come with a line of NumPy that works the weights and the output out again
 * ({@link numpyLines}); of an NPY, which has no room for it, the documentation has it.
 */
export function headTensorsFile(
  format: (typeof stepFormats)[number],
  run: ExportedRun,
  steps: HeadTensors,
): string | Promise<Uint8Array> {
  const { address, scale, tensors } = steps;
  switch (format) {
    case 'csv':
      return stepsCsv(run, steps);
    case 'json':
      return stepsJson(run, steps);
    case 'npy':
      return joinParts(npyRecord([{ name: 'scale', shape: [], data: Float32Array.of(scale) }, ...tensors]));
    case 'safetensors':
      return joinParts(
        safetensors(
          [
            { name: 'scale', shape: [1], data: () => Float32Array.of(scale) },
            ...tensors.map(({ name, shape, data }) => ({ name, shape, data: () => data })),
          ],
          {
            ...runMetadata(run),
            format: 'headlight-steps',
            head: JSON.stringify(address),
            numpy: numpyLines.safetensors,
          },
        ),
      );
  }
}

function stepsCsv(run: ExportedRun, { address, scale, tensors }: HeadTensors): string {
  const named = (side: 'queries' | 'keys') => {
    const group = run.groups.find(({ kind }) => kind === address.kind);
    const { tokens, text } = group?.[side] === 'output' && run.output ? run.output : run;
    return tokens.map(token => csvField(readableToken(token, text)));
  };
  const names = { queries: named('queries'), keys: named('keys') };
  const lines = ['tensor,row,row_token,column,column_token,value', `scale,0,,0,,${float32Text(Math.fround(scale))}`];
  for (const { name, shape, data, rows, columns } of tensors) {
    for (let row = 0; row < shape[0]; row++) {
      const start = `${name},${row},${names[rows][row] ?? ''},`;
      for (let column = 0; column < shape[1]; column++) {
        const token = columns ? (names[columns][column] ?? '') : '';
        lines.push(`${start}${column},${token},${signed(data[row * shape[1] + column], '-inf')}`);
      }
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

function stepsJson(run: ExportedRun, { address, scale, tensors }: HeadTensors): string {
  const { model, text, tokens, output } = run;
  const about = {
    format: 'headlight-steps',
    version: 1,
    model,
    ...address,
    text,
    tokens,
    output,
    numpy: numpyLines.json,
    infinity: '−∞, where the mask hides a key, is written as -1e999',
  };
  const arrays = tensors.map(tensor => `${JSON.stringify(tensor.name)}:${nested(tensor)}`);
  return `${JSON.stringify(about).slice(0, -1)},\n"tensors":{"scale":${float32Text(Math.fround(scale))},\n${arrays.join(',\n')}}}\n`;
}

function nested({ shape: [rows, columns], data }: StepTensor): string {
  const row = (at: number) =>
    `[${Array.from(data.subarray(at * columns, (at + 1) * columns), value => signed(value, '-1e999')).join(',')}]`;
  return `[${Array.from({ length: rows }, (_, at) => row(at)).join(',')}]`;
}

/** The shortest decimal of a 32-bit float, and the format's own word for −∞. */
function signed(value: number, infinity: string): string {
  return value === -Infinity ? infinity : float32Text(value);
}
