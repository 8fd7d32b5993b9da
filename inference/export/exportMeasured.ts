import type { PictureLook } from '../../core/export/pictureLook';
import type { MeasuredDates } from '../../core/mechanisms/measuredDates';
import { measuredCsv, measuredHtml, measuredJson } from '../../core/mechanisms/measuredNumbers';
import { measuredSvg } from '../../core/mechanisms/measuredSvg';
import type { MechanismsFormat } from '../../core/mechanisms/mechanismNumbers';

/** What was measured of four mechanisms as the content of a file. */
export function exportMeasured(format: MechanismsFormat, measured: MeasuredDates, look: PictureLook): string {
  switch (format) {
    case 'svg':
      return measuredSvg(measured, look);
    case 'html':
      return measuredHtml(measured, measuredSvg(measured, look));
    case 'csv':
      return measuredCsv(measured);
    case 'json':
      return measuredJson(measured);
  }
}
