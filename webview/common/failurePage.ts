import { html, nothing } from 'lit';
import { icon } from './icons';

/** Why there is nothing to show: of what, and one sentence. */
export interface Failure {
  readonly title: string;
  readonly message: string;
}

/** A button that may help. */
export interface WayOut {
  readonly label: string;
  readonly take: () => void;
}

/**
 * What a panel shows in place of its content: why there is none, and what can be done. Its styles are `panelStyles`.
 * @param ways the best first; the log can be read besides.
 */
export function failurePage({ title, message }: Failure, ways: readonly WayOut[], openLog: () => void) {
  return html`<main>
    ${title ? html`<h1 class="title dim">${title}</h1>` : nothing}
    <div class="message" role="alert">
      <p>${icon('error')}<span>${message}</span></p>
      <div class="buttons">
        ${ways.map(
          ({ label, take }, i) =>
            html`<button class="button ${i > 0 ? 'secondary' : ''}" @click=${take}>${label}</button>`,
        )}
        <button class="button secondary" @click=${openLog}>Show Log</button>
      </div>
    </div>
  </main>`;
}
