// What the panel does not need for its first picture: one script, loaded right after it.
import '../common/exportItems';
import '../heads/overviewTable';
import '../matrix/rangeNote';
import '../run/colorLegend';
import '../tokens/findBar';

export { cutFromEditor } from '../cause/cutFromEditor';
export { headDetails } from '../details/headDetails';
export { cellTip } from '../run/cellTip';
export { chosenRow } from '../run/chosenRow';
