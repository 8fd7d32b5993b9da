import { withoutFirstName } from '../../core/run/readingName';
import { html, nothing } from 'lit';
import { PanelRequest } from '../../core/protocol/attentionPanelProtocol';
import type { PanelEvents } from '../run/events';
import type { PanelContext } from '../run/panelTab';
import { headName } from '../run/wording';
import { showRanking } from './showRanking';
// Asked for later than the first picture, as all of this is.
import './continueBar';
import './headEffect';
import './headMeasures';
import './rowDetails';
import './runBefore';
import './similarHeads';

/** What the chosen head does and causes, and what the chosen row says. */
export function headDetails(panel: PanelContext) {
  const {
    run: { explanation, before },
    shown,
    host,
    moves,
  } = panel;
  const { choice, group } = shown;
  /** A ranking ends in the overview, in its order: once that has its new lines. */
  const onRanked = () => {
    if (showRanking(shown)) {
      requestAnimationFrame(() => panel.element('headlight-overview')?.scrollIntoView({ block: 'start' }));
    }
  };
  return html`<headlight-measures .name=${headName(choice.head)} .summary=${shown.headSummary}></headlight-measures>
    <headlight-effect
      .explanation=${explanation}
      .group=${group}
      .head=${choice.head}
      .heads=${choice.heads}
      .query=${choice.query}
      .predictionsAt=${(position: number) => shown.predictionsAt(position)}
      .host=${host}
      .ranking=${shown.ranking}
      @heads-ranked=${onRanked}
    ></headlight-effect>
    <headlight-similar
      .head=${choice.head}
      .load=${shown.loadGroups}
      @heads-choose=${({ detail }: CustomEvent<PanelEvents['heads-choose']>) => shown.chooseHeads(detail)}
    ></headlight-similar>
    <headlight-details
      .explanation=${explanation}
      .group=${group}
      .query=${shown.shownQuery}
      .predictions=${shown.shownPredictions}
      .weights=${shown.exactRow}
      .range=${shown.sentenceRange}
      .read=${shown.choice.withoutFirst ? withoutFirstName : ''}
      .pointedKey=${shown.pointed?.key}
      .earlier=${before}
      @cell-point=${({ detail }: CustomEvent<PanelEvents['cell-point']>) => shown.point(detail)}
    ></headlight-details>
    ${
      before
        ? html`<headlight-before
            .explanation=${explanation}
            .earlier=${before}
            .moved=${moves.of(group.kind)}
            @heads-choose=${({ detail }: CustomEvent<PanelEvents['heads-choose']>) => shown.chooseHeads(detail)}
            @before-compare=${() => void host.request(PanelRequest.compareWith, { what: 'before' })}
          ></headlight-before>`
        : nothing
    }
    <headlight-continue
      .explanation=${explanation}
      .query=${choice.query}
      @token-choose=${({ detail }: CustomEvent<number>) => shown.choose({ query: detail })}
      @continue-text=${({ detail }: CustomEvent<number>) => void host.request(PanelRequest.continueText, { newTokens: detail })}
    ></headlight-continue>`;
}
