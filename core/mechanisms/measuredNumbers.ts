import { pictureHtml, type PictureTable } from '../export/pictureHtml';
import { csv } from '../tables/csv';
import { binName } from './accuracyChart';
import { accuracyBins, axisWords, measuredAxes, type MeasuredAxis, type MeasuredDates } from './measuredDates';
import { claimRows, interval, measuredRows, percent } from './measuredTables';
import { mechanismIds, mechanismWords } from './mechanisms';
import { dateParts, distanceOf } from './writeDates';

/** Every date a row: how it is written, how far its parts are carried, and what each model wrote. */
export function measuredCsv({ dates, outputs }: MeasuredDates): string {
  return csv([
    ['text', 'right', 'way', 'length', ...dateParts.map(({ name }) => `${name} distance`), ...mechanismIds],
    ...dates.map((date, i) => [
      date.text,
      date.iso,
      date.way,
      date.text.length,
      ...dateParts.map((_, part) => distanceOf(date, part)),
      ...mechanismIds.map(id => outputs[id][i]),
    ]),
  ]);
}

/** All that was measured, with how. */
export function measuredJson(measured: MeasuredDates): string {
  const { seed, dates, places, facts, answer, outputs } = measured;
  const over = (axis: MeasuredAxis) => ({
    ...axisWords[axis],
    interval: '95 %, Wilson 1927',
    bins: accuracyBins(measured, axis),
  });
  return `${JSON.stringify(
    {
      seed,
      count: dates.length,
      places,
      measured: measuredRows(measured),
      recurrentAndAttention: claimRows(measured),
      overLength: over('length'),
      overDistance: over('distance'),
      graphs: facts,
      milliseconds: answer,
      dates: dates.map((date, i) => ({
        ...date,
        written: Object.fromEntries(mechanismIds.map(id => [id, outputs[id][i]])),
      })),
    },
    undefined,
    1,
  )}\n`;
}

/** Both charts and all tables as one page. */
export function measuredHtml(measured: MeasuredDates, svg: string): string {
  const names = mechanismIds.map(id => mechanismWords[id].short);
  return pictureHtml({
    title: `Recurrent and attention, measured on ${measured.dates.length.toLocaleString('en')} dates`,
    svg,
    tables: [
      {
        caption: 'Measured',
        columns: ['', ...names, 'how'],
        rows: measuredRows(measured).map(({ label, how, cells }) => [
          label,
          ...mechanismIds.map(id => [cells[id].value, cells[id].range].filter(Boolean).join(' · ')),
          how,
        ]),
      },
      {
        caption: 'Recurrent and attention',
        columns: ['', 'recurrent', 'attention', 'how'],
        rows: claimRows(measured).map(({ claim, recurrent, attention, how }) => [claim, recurrent, attention, how]),
      },
      ...measuredAxes.map(axis => binTable(measured, axis)),
    ],
  });
}

function binTable(measured: MeasuredDates, axis: MeasuredAxis): PictureTable {
  const { title, unit, right } = axisWords[axis];
  return {
    caption: `${title}: ${right}`,
    columns: [unit, 'of', ...mechanismIds.map(id => mechanismWords[id].short)],
    rows: accuracyBins(measured, axis).map(bin => [
      binName(bin),
      bin.of,
      ...mechanismIds.map(id => `${percent(bin.accuracy[id])} · ${interval(bin.accuracy[id])}`),
    ]),
  };
}
