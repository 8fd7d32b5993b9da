import { answerSvg } from '../../core/export/answerSvg';
import type { PictureLook } from '../../core/export/pictureLook';
import type { AnswerFormat } from '../../core/protocol/askImageProtocol';
import { answerJson } from '../../core/export/answerJson';
import { answerTable } from '../../core/export/answerTable';
import type { ShownAnswer } from '../../core/vision/shownAnswer';

/** An answer as the content of a file: the picture with a word's heat, its tokens as a table, or all numbers. */
export function exportAnswer(format: AnswerFormat, what: ShownAnswer, look: PictureLook): string {
  switch (format) {
    case 'json':
      return answerJson(what);
    case 'csv':
      return answerTable(what);
    case 'svg':
      return answerSvg(what, look);
  }
}
