import { html, LitElement, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { parsePatches, patchesJson, type PatchStep } from '../../core/cause/patchMaps';
import type { PatchCell } from '../../core/run/patch';
import { icon } from '../common/icons';
import { keepKeys } from '../common/keepKeys';
import { sharedStyles } from '../common/styles';
import { causeEvent } from './causeEvents';
import { formatPart } from './causeNumbers';
import { causePartStyles } from './causePart.styles';

/** What directions are called. */
export const directionWords = { denoise: 'clean into corrupted', noise: 'corrupted into clean' } as const;

/** The patches that were kept: looked at again, taken back, copied and pasted as JSON. Fires `patches-change` and `patch-reopen`. */
@customElement('headlight-kept-patches')
export class KeptPatches extends LitElement {
  static override styles = [sharedStyles, causePartStyles];

  @property({ attribute: false }) steps: readonly PatchStep[] = [];
  @property() model = '';
  @property({ attribute: false }) wordsOf: (cells: readonly PatchCell[]) => string = () => '';
  /** Whether the runs that are shown have what a step names. */
  @property({ attribute: false }) fits: (step: PatchStep) => boolean = () => true;

  @state() private pasting = false;
  @state() private said = '';
  @state() private refusal = '';

  override render() {
    const { steps } = this;
    return html`<section aria-label="Kept">
      <h2>Kept <span class="dim">each can be taken back, and looked at again</span></h2>
      <ol class="steps" aria-label="Kept patches">
        ${steps.map(
          (step, i) =>
            html`<li>
              <button class="link" title="Look at it again" @click=${() => this.reopen(step)}>
                <span class="dim">${i + 1}</span>
                <bdi>${this.wordsOf(step.cells)}, ${directionWords[step.direction]}</bdi></button
              ><span class="dim mono">${formatPart(step.value)}</span
              ><button
                class="plain"
                title="Take this back"
                aria-label="Take patch ${i + 1} back"
                @click=${() => this.change(steps.filter((_, j) => j !== i))}
              >
                ${icon('close')}
              </button>
            </li>`,
        )}
      </ol>
      ${steps.length === 0 ? html`<p class="dim">Nothing is kept.</p>` : nothing}
      <div class="tools">
        ${steps.length > 0 ? html`<button class="button secondary" @click=${this.copy}>Copy as JSON</button>` : nothing}
        <button class="button secondary" aria-expanded=${this.pasting} @click=${this.togglePasting}>
          Paste Patches
        </button>
        <span class="dim" role="status">${this.said}</span>
      </div>
      ${
        this.pasting
          ? html`<textarea
              class="field mono"
              rows="3"
              aria-label="Patches as JSON, to be pasted here"
              placeholder="Paste the JSON here"
              spellcheck="false"
              @keydown=${this.onPasteKey}
              @input=${this.onPaste}
            ></textarea>`
          : nothing
      }
      ${this.refusal ? html`<p class="failure" role="alert">${icon('error')} ${this.refusal}</p>` : nothing}
    </section>`;
  }

  private change(steps: readonly PatchStep[]): void {
    [this.said, this.refusal] = ['', ''];
    this.dispatchEvent(causeEvent('patches-change', steps));
  }

  private reopen(step: PatchStep): void {
    this.dispatchEvent(causeEvent('patch-reopen', step));
  }

  private readonly copy = () => {
    navigator.clipboard.writeText(patchesJson(this.model, this.steps)).then(
      () => (this.said = 'Copied'),
      () => (this.refusal = 'The clipboard is not to be had; export JSON instead.'),
    );
  };

  private readonly togglePasting = () => {
    this.pasting = !this.pasting;
    if (!this.pasting) return;
    void this.updateComplete.then(() => this.renderRoot.querySelector('textarea')?.focus());
  };

  private readonly onPaste = (event: Event) => {
    const { value } = event.target as HTMLTextAreaElement;
    if (value.trim() === '') return;
    try {
      const patches = parsePatches(value, this.fits);
      this.pasting = false;
      this.change([...this.steps, ...patches]);
      if (patches.length > 0) this.reopen(patches[patches.length - 1]);
      this.said = patches.length === 1 ? 'One patch taken' : `${patches.length} patches taken`;
    } catch (error) {
      this.refusal = error instanceof Error ? error.message : String(error);
    }
  };

  private readonly onPasteKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') this.pasting = false;
    keepKeys(event);
  };
}
