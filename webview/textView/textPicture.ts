import type { Picture } from '../../core/export/drawPicture';
import type { MatrixScale } from '../../core/attention/weightScale';
import type { Token } from '../../core/text/token';
import { pictureColors, type Theme } from '../common/theme';
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
export function textPicture(
  texts: readonly ShownText[],
  about: { readonly title: string; readonly source: string; readonly note: string },
  scale: MatrixScale,
  theme: Theme,
): Picture {
  return {
    kind: 'text',
    ...about,
    colors: pictureColors(theme),
    focus: theme.focus,
    heat: { colors: theme.heat.colors, scale },
    texts: texts.map(({ heading, text, tokens, units, weights, chosen }) => ({
      heading,
      text,
      tokens,
      weights: weights && Float32Array.from(units.of, unit => weights[unit]),
      chosen: chosen === undefined || tokens.length === 0 ? undefined : tokensOfUnit(units, chosen),
    })),
  };
}
