import type { PictureLook } from '../../core/export/pictureLook';
import type { MechanismAnswers } from '../../core/mechanisms/mechanismAnswer';
import {
  mechanismsCsv,
  mechanismsHtml,
  mechanismsJson,
  type MechanismsFormat,
} from '../../core/mechanisms/mechanismNumbers';
import { mechanismsSvg } from '../../core/mechanisms/mechanismsSvg';

/** What four mechanisms made of a date as the content of a file. */
export function exportMechanisms(format: MechanismsFormat, answers: MechanismAnswers, look: PictureLook): string {
  switch (format) {
    case 'svg':
      return mechanismsSvg(answers, look);
    case 'html':
      return mechanismsHtml(answers, mechanismsSvg(answers, look));
    case 'csv':
      return mechanismsCsv(answers);
    case 'json':
      return mechanismsJson(answers);
  }
}
