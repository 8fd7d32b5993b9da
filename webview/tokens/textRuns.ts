import { visibleText } from '../../core/text/visibleText';
import { element } from '../common/element';
import { partText } from './textLayout';

/** A piece of text with marks in place of what does not show. */
export function textRuns(text: string): (Node | string)[] {
  return partText(text).map(run => {
    switch (run.kind) {
      case 'text':
        return run.text;
      case 'mark':
        return element('span', { class: 'mark', 'data-mark': visibleText(run.text) });
      // CR LF would be two breaks.
      case 'newline':
        return element('span', { class: 'newline' }, '\n');
      default:
        return element('span', { class: run.kind }, run.text);
    }
  });
}
