import { css, html, LitElement, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { massEvidence } from '../../core/attention/measures/labelHead';
import { massMeasures, numberMeasures } from '../../core/attention/measures/headMeasures';
import type { HeadSummary } from '../../core/attention/measures/summarizeHeads';
import { sharedStyles } from '../common/styles';
import { inlineStyle } from '../common/inlineStyle';
import { barListStyles } from '../common/barList';
import { chip } from '../common/chip';
import { detailsStyles } from './details.styles';
import { formatWeight } from '../run/wording';

/** What the chosen head does on this text: its label with the evidence, and each measure that applies. */
@customElement('headlight-measures')
export class HeadMeasures extends LitElement {
  static override styles = [
    sharedStyles,
    detailsStyles,
    barListStyles,
    css`
      p {
        margin: 4px 0 0;
        font-size: 12px;
        line-height: 16px;
      }
      .label {
        display: inline-block;
        margin-bottom: 6px;
        ${chip};
        line-height: 20px;
        max-width: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      .bars .chance {
        position: relative;
        overflow: visible;
      }
      .bars .chance b {
        position: absolute;
        top: -2px;
        width: 1px;
        height: 10px;
        background: var(--vscode-foreground);
        opacity: 0.6;
      }
    `,
  ];

  /** Undefined while it is not there. */
  @property({ attribute: false }) summary?: HeadSummary;
  @property() name = '';

  override render() {
    const { summary } = this;
    if (!summary) return nothing;
    const { label, masses } = summary;
    const chance = label && masses[label.id]?.chance;
    const missing = massMeasures.filter(({ id }) => !masses[id]).map(({ name, short }) => short ?? name);
    return html`<section aria-label="Measures">
      <h2>${this.name} <span class="dim">on this text</span></h2>
      ${
        label
          ? html`<div class="label" title=${label.evidence}>
              ${label.name}
              <span class="dim">${formatWeight(masses[label.id]?.mass ?? 0)}, chance ${formatWeight(chance ?? 0)}</span>
            </div>`
          : nothing
      }
      <ul class="bars mono" aria-label="Measures of ${this.name}">
        ${numberMeasures.map(({ id, name, note, say }) => {
          const value = summary[id];
          return value === undefined || say ? nothing : this.line(name, value, undefined, `${note}.`);
        })}
        ${massMeasures.map(measure => {
          const mass = masses[measure.id];
          return mass
            ? this.line(measure.short ?? measure.name, mass.mass, mass.chance, massEvidence(measure, mass))
            : nothing;
        })}
      </ul>
      ${numberMeasures.map(({ id, note, say }) => {
        const value = summary[id];
        return value === undefined || !say ? nothing : html`<p class="dim" title=${note}>${say(value)}</p>`;
      })}
      ${missing.length === 0 ? nothing : html`<p class="dim">${missing.join(', ')}: not measurable on this text</p>`}
    </section>`;
  }

  private line(name: string, value: number, chance: number | undefined, evidence: string) {
    return html`<li title=${evidence}>
      <span class="name"><bdi>${name}</bdi></span>
      <span class="track chance"
        ><i ${inlineStyle({ width: `${Math.min(1, value) * 100}%` })}></i>
        ${chance === undefined ? nothing : html`<b ${inlineStyle({ left: `${Math.min(1, chance) * 100}%` })}></b>`}</span
      >
      <span class="number">${formatWeight(value)}</span>
    </li>`;
  }
}
