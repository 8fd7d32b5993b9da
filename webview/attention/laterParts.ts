// What the panel does not need for its first picture: one script, loaded right after it.
import '../common/hoverNote';
import '../heads/overviewTable';
import '../matrix/rangeNote';
import '../run/colorLegend';
import '../run/rowTable';
import '../tokens/findBar';

export { headDetails } from '../details/headDetails';
