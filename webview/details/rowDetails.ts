import { css, html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { CellRange } from '../../core/attention/cellRange';
import type { RunBefore } from '../../core/protocol/attentionPanelProtocol';
import type { AttentionGroup, Explanation, Prediction } from '../../core/run/explanation';
import { tokenThere } from '../../core/text/tokenThere';
import { visibleText } from '../../core/text/visibleText';
import { sharedStyles } from '../common/styles';
import { type BarLine, barList, barListStyles } from '../common/barList';
import { textOf, tokensOf } from '../run/choice';
import { panelEvent } from '../run/events';
import { isWithin, keysByWeight } from '../run/headMatrix';
import { formatWeight, placedToken, quotedToken, tokenLabel } from '../run/wording';
import { detailsStyles } from './details.styles';
import { predictionTable, predictionTableStyles } from './predictionTable';
import { iconCharacter } from '../common/icons';

const topKeys = 8;

/** What predictions are called, and how far on the token lies that really stands in the text. */
const predictionWords = {
  next: { heading: 'Next', place: 'after', mark: 'This is what follows', really: 1 },
  here: { heading: 'Here', place: 'in place of', mark: 'This is what stands here', really: 0 },
  class: { heading: 'Class', place: 'of', mark: '', really: undefined },
} as const;

/** What is to say about the chosen query: its strongest keys, and what the model makes of the text. */
@customElement('headlight-details')
export class RowDetails extends LitElement {
  static override styles = [
    sharedStyles,
    detailsStyles,
    barListStyles,
    predictionTableStyles,
    css`
      section {
        min-width: 0;
      }
      p {
        margin: 4px 0 0;
      }
      .rest {
        display: flex;
        justify-content: space-between;
        font-size: 12px;
        line-height: 20px;
      }
      .written {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
        user-select: text;
      }
      .classes {
        max-height: 204px;
        overflow: hidden auto;
        padding-inline-end: 4px;
      }
      /* A span is told by where it stands: its words give way. */
      .answers .bars .name .dim {
        flex-shrink: 0;
      }
      .came {
        font: normal 12px/1 codicon;
        flex: none;
        color: var(--vscode-foreground);
      }
    `,
  ];

  @property({ attribute: false }) explanation!: Explanation;
  @property({ attribute: false }) group!: AttentionGroup;
  @property({ attribute: false }) query = 0;
  /** The query's weights; undefined while the numbers are not there. */
  @property({ attribute: false }) weights?: Float32Array;
  /** The keys that are told of, where a filter leaves some alone. */
  @property({ attribute: false }) range?: Pick<CellRange, 'firstKey' | 'lastKey'>;
  /** What the model says there, likeliest first; undefined while it is on its way. */
  @property({ attribute: false }) predictions?: readonly Prediction[] = [];
  /** What is said of how the weights are read. */
  @property() read = '';
  /** The key that is pointed at. */
  @property({ attribute: false }) pointedKey?: number;

  /** The run of the same place before. */
  @property({ attribute: false }) earlier?: RunBefore;

  override render() {
    return html`${this.keys()}${this.predicted()}${this.written()}${this.answers()}${this.similarity()}${this.classes()}`;
  }

  private get queryName(): string {
    const { explanation, group } = this;
    const token = tokensOf(explanation, group.queries)[this.query];
    return token ? quotedToken(token, this.textOf(group.queries)) : '';
  }

  private textOf(sequence: AttentionGroup['queries']): string {
    return textOf(this.explanation, sequence);
  }

  private keys(): TemplateResult {
    const { group, weights } = this;
    const tokens = tokensOf(this.explanation, group.keys);
    const heading = html`<h2>
      Looks at
      <span class="dim">from <bdi class="token">${this.queryName}</bdi>${this.read && ` ${this.read}`}</span>
    </h2>`;
    if (!weights) return waiting(heading);
    const { range } = this;
    const all = group.causal ? Math.min(weights.length, this.query + 1) : weights.length;
    const seen = range ? range.lastKey - range.firstKey + 1 : all;
    const keys = range
      ? keysByWeight(weights)
          .filter(key => isWithin(key, range))
          .slice(0, topKeys)
      : keysByWeight(weights.subarray(0, all), topKeys);
    const rest = weights.reduce((sum, weight) => sum + weight, 0) - keys.reduce((sum, key) => sum + weights[key], 0);
    const lines = keys.map((key): BarLine => ({
      name: tokenLabel(tokens[key], this.textOf(group.keys)),
      note: String(key),
      value: weights[key],
      current: key === this.pointedKey,
      onEnter: () => this.dispatchEvent(panelEvent('cell-point', { query: this.query, key })),
      onLeave: () => this.dispatchEvent(panelEvent('cell-point', undefined)),
    }));
    return html`<section>
      ${heading}${barList(lines, `The keys that ${this.queryName} looks at most`)}
      ${
        seen > topKeys
          ? html`<div class="rest dim">
              <span>${seen - topKeys} more</span><span class="mono number">${formatWeight(Math.max(0, rest))}</span>
            </div>`
          : nothing
      }
    </section>`;
  }

  private predicted(): TemplateResult | typeof nothing {
    const { explanation, group, predictions } = this;
    if (group.queries !== explanation.predictionsOf || predictions?.length === 0) return nothing;
    const { predicts = 'next' } = explanation;
    const words = predictionWords[predicts];
    const really =
      words.really === undefined ? undefined : tokensOf(explanation, group.queries)[this.query + words.really];
    const came = html`<span class="came" role="img" aria-label=${words.mark} title=${words.mark}
      >${iconCharacter('check')}</span
    >`;
    const name = placedToken(tokensOf(explanation, group.queries), this.query, this.textOf(group.queries));
    const label = `The likeliest ${predicts === 'class' ? 'classes' : 'tokens'} ${words.place} ${name}`;
    const mark = ({ id }: Prediction) => (id === really?.id ? came : undefined);
    const held = this.predictedBefore();
    const heading = html`<h2>
      ${words.heading} <span class="dim">${words.place} <bdi class="token">${name}</bdi></span>
    </h2>`;
    if (!predictions) return waiting(heading);
    return html`<section>
      ${heading}
      ${
        held
          ? predictionTable(predictions, held, mark, label)
          : barList(
              predictions.map((prediction): BarLine => ({
                name: visibleText(prediction.text),
                value: prediction.probability,
                mark: mark(prediction),
              })),
              label,
            )
      }
    </section>`;
  }

  /** What the model said in the run before, where it is the same model and the token stood there, too. */
  private predictedBefore(): readonly Prediction[] | undefined {
    const { explanation, earlier, query } = this;
    const held = earlier?.explanation;
    if (!held || held.model.id !== explanation.model.id || held.predictionsOf !== explanation.predictionsOf) {
      return undefined;
    }
    const of = (one: Explanation) => (one.predictionsOf === 'output' ? one.output : one);
    const [now, then] = [of(explanation), of(held)];
    const place = now && then && tokenThere(query, now, then);
    const predictions = place === undefined ? undefined : held.predictions[place];
    return predictions?.length ? predictions : undefined;
  }

  private written(): TemplateResult | typeof nothing {
    const { output } = this.explanation;
    if (!output) return nothing;
    return html`<section>
      <h2>Written</h2>
      <div class="written mono" dir="auto">${output.text}</div>
      ${barList(this.writtenTokens(), 'Each token that was written, how likely it was, and what came next to it')}
    </section>`;
  }

  /** Each token that an encoder-decoder wrote, with its probability and the likeliest of the others. */
  private writtenTokens(): BarLine[] {
    const { output, predictions, predictionsOf } = this.explanation;
    if (!output || predictionsOf !== 'output') return [];
    return output.tokens.slice(1).map((token, before): BarLine => {
      const candidates = predictions[before] ?? [];
      const other = candidates.find(({ id }) => id !== token.id);
      return {
        name: tokenLabel(token, output.text),
        value: candidates.find(({ id }) => id === token.id)?.probability ?? 0,
        note: other && `or ${visibleText(other.text)} ${formatWeight(other.probability)}`,
      };
    });
  }

  /** The spans that a model takes for the answer. */
  private answers(): TemplateResult | typeof nothing {
    const { answers } = this.explanation;
    if (!answers?.length) return nothing;
    const lines = answers.map(({ text, probability, firstToken, lastToken }): BarLine => ({
      name: visibleText(text),
      value: probability,
      note: firstToken === lastToken ? String(firstToken) : `${firstToken}–${lastToken}`,
      onEnter: () => this.dispatchEvent(panelEvent('cell-point', { key: firstToken })),
      onLeave: () => this.dispatchEvent(panelEvent('cell-point', undefined)),
    }));
    return html`<section class="answers">
      <h2>Answer <span class="dim">spans of text B, start × end</span></h2>
      ${barList(lines, 'The likeliest answers, with the tokens where they start and end')}
    </section>`;
  }

  /** How alike a sentence encoder finds the two texts. */
  private similarity(): TemplateResult | typeof nothing {
    const { similarity } = this.explanation;
    if (!similarity) return nothing;
    return html`<section>
      <h2>Similarity <span class="dim">of A and B, each read alone</span></h2>
      <table class="predictions mono" aria-label="How alike the two texts are">
        <tbody>
          <tr>
            <th scope="row">cosine <span class="dim">${similarity.pooling}</span></th>
            <td class="number">${similarity.cosine.toFixed(3).replace('-', '−')}</td>
          </tr>
        </tbody>
      </table>
    </section>`;
  }

  private classes(): TemplateResult | typeof nothing {
    const { classes } = this.explanation;
    if (!classes?.length) return nothing;
    const { outputs } = this.explanation.model;
    if (outputs === 'scores') return this.scores(classes);
    const lines = classes.map((found): BarLine => ({ name: found.text, value: found.probability }));
    return html`<section>
      <h2>
        Reads as
        <span class="dim">all ${classes.length} ${outputs === 'labels' ? 'labels, each by itself' : 'classes'}</span>
      </h2>
      <div class="classes" role="region" aria-label="Classes" tabindex="0">
        ${barList(lines, 'What the model takes the text for')}
      </div>
    </section>`;
  }

  /** What a reranker, a cross-encoder or a regressor gives: numbers, and where they lie between 0 and 1. */
  private scores(classes: readonly Prediction[]): TemplateResult {
    return html`<section>
      <h2>Score <span class="dim">a plain number, and its sigmoid</span></h2>
      <table class="predictions mono" aria-label="What the model gives the text">
        <tbody>
          ${classes.map(
            ({ text, score, probability }) =>
              html`<tr>
                <th scope="row"><bdi class="token">${visibleText(text)}</bdi></th>
                <td class="number">${(score ?? 0).toFixed(3).replace('-', '−')}</td>
                <td class="number dim">${formatWeight(probability)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }
}

/** A section whose numbers are on their way. */
function waiting(heading: TemplateResult): TemplateResult {
  return html`<section>
    ${heading}
    <p class="dim">…</p>
  </section>`;
}
