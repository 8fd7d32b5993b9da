import { textSvg } from '../../core/export/textSvg';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import type { Token } from '../../core/text/token';
import { heatScaleOf } from '../attention/heatScaleOf';
import { readableOn } from '../common/colorScale';
import type { Theme } from '../common/theme';
import { type TextUnits, tokensOfUnit } from './textUnits';

/** A text of the view as it is coloured. */
export interface ShownText {
  readonly heading?: string;
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly units: TextUnits;
  /** One for each unit; undefined where the text is not coloured. */
  readonly weights?: Float32Array;
  /** The chosen unit. */
  readonly chosen?: number;
}

/** The coloured texts that are shown, as a picture to be saved. */
export function textPicture(texts: readonly ShownText[], about: { readonly title: string; readonly source: string; readonly note: string }, scale: MatrixScale, theme: Theme): string {
  return textSvg({
    ...about, colors: theme, focus: theme.focus, scale: heatScaleOf(theme, scale), on: background => readableOn(background, theme.foreground),
    texts: texts.map(({ heading, text, tokens, units, weights, chosen }) => ({
      heading, text, tokens,
      weights: weights && Float32Array.from(units.of, unit => weights[unit]),
      chosen: chosen === undefined || tokens.length === 0 ? undefined : tokensOfUnit(units, chosen),
    })),
  });
}
