import type { MatrixScale } from '../../core/attention/weightScale';
import type { PictureLook } from '../../core/export/pictureLook';
import { divergingColors } from './divergingColors';
import { headPens } from './headPens';
import { currentTheme, pictureColors } from './theme';

/** What an exported picture takes from the theme. @param pens how many heads have a colour of their own. */
export function exportLook(scale: MatrixScale = 'linear', pens = 2): PictureLook {
  const theme = currentTheme();
  return {
    colors: pictureColors(theme),
    heat: { colors: theme.heat.colors, scale },
    negative: divergingColors(theme).negative,
    pens: headPens(theme, Math.max(2, pens)).map(({ color }) => color),
    focus: theme.focus,
  };
}
