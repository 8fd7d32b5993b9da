import type { HeatScale } from '../../core/export/heatScale';
import type { MatrixScale } from '../../core/protocol/attentionPanelProtocol';
import { legendMarks, scaleWeight } from '../common/colorScale';
import type { Theme } from '../common/theme';

/** How weights become colours in pictures to be saved: as they do in the panel. */
export function heatScaleOf(theme: Theme, scale: MatrixScale): HeatScale {
  return { colors: theme.heat.colors, place: weight => scaleWeight(weight, scale), marks: legendMarks(scale) };
}
