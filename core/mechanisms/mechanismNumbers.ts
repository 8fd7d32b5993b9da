import { pictureHtml } from '../export/pictureHtml';
import { formatExactly } from '../attention/formatWeight';
import { csv } from '../tables/csv';
import type { MechanismAnswers } from './mechanismAnswer';
import { mechanismWords } from './mechanisms';

/** What a comparison is saved as. */
export type MechanismsFormat = 'svg' | 'html' | 'csv' | 'json';

const number = (value: number): number => Number(value.toPrecision(7));

/** Every weight a row: mechanism, digit and what it looks at; of the one without attention its vector. */
export function mechanismsCsv({ characters, answers }: MechanismAnswers): string {
  const rows = answers.flatMap(({ id, output, alignment, vector, probabilities }) =>
    alignment
      ? Array.from(alignment, (weight, i) => {
          const [step, character] = [Math.floor(i / characters.length), i % characters.length];
          return [
            id,
            step,
            output[step],
            number(probabilities[step]),
            character,
            characters[character],
            number(weight),
          ];
        })
      : Array.from(vector ?? [], (value, i) => [id, '', '', '', i, 'vector', number(value)]),
  );
  return csv([['mechanism', 'step', 'digit', 'probability', 'position', 'character', 'value'], ...rows]);
}

/** All that is shown, with every number. */
export function mechanismsJson({ text, characters, right, answers }: MechanismAnswers): string {
  const matrix = (values: Float32Array, columns: number) =>
    Array.from({ length: values.length / columns }, (_, row) =>
      Array.from(values.subarray(row * columns, (row + 1) * columns), number),
    );
  return `${JSON.stringify(
    {
      text,
      characters,
      right: right?.iso,
      mechanisms: answers.map(({ id, output, probabilities, alignment, heads, vector, parameters }) => ({
        mechanism: id,
        formula: mechanismWords[id].formula,
        source: mechanismWords[id].source,
        parameters,
        output,
        correct: right && output === right.iso,
        probabilities: Array.from(probabilities, number),
        ...(alignment ? { meanOf: heads, alignment: matrix(alignment, characters.length) } : {}),
        ...(vector ? { vector: Array.from(vector, number) } : {}),
      })),
    },
    undefined,
    1,
  )}\n`;
}

/** The picture with its tables, as one page. */
export function mechanismsHtml(answers: MechanismAnswers, svg: string): string {
  const { text, characters } = answers;
  return pictureHtml({
    title: `Four mechanisms on “${text}”`,
    svg,
    tables: answers.answers.map(({ id, output, alignment, vector }) =>
      alignment
        ? {
            caption: `${mechanismWords[id].title}: what each digit looks at`,
            columns: ['', ...output],
            rows: characters.map((character, i) => [
              character,
              ...Array.from(output, (_, step) => formatExactly(alignment[step * characters.length + i])),
            ]),
          }
        : {
            caption: `${mechanismWords[id].title}: ${output}, from one vector`,
            columns: ['number', 'value'],
            rows: Array.from(vector ?? [], (value, i) => [i, formatExactly(value)]),
          },
    ),
  });
}
