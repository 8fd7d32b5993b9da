import { html, nothing } from 'lit';
import { icon } from './icons';

/** Why there is nothing to show: of what, and one sentence. */
export interface Failure {
  readonly title: string;
  readonly message: string;
}

/** What a panel shows in place of its content: why there is none, and what can be done. Its styles are `panelStyles`. */
export function failurePage({ title, message }: Failure, retry: () => void, openLog: () => void) {
  return html`<main>
    ${title ? html`<h1 class="title dim">${title}</h1>` : nothing}
    <div class="message" role="alert">
      <p>${icon('error')}<span>${message}</span></p>
      <div class="buttons">
        <button class="button" @click=${retry}>Try Again</button>
        <button class="button secondary" @click=${openLog}>Show Log</button>
      </div>
    </div>
  </main>`;
}
