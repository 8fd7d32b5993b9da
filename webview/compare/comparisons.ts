/** What the Compare tab shows: heads of one run, or of two. Loaded as one script. */
import './compareRuns';
import './compareView';
