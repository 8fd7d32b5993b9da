import '@vscode-elements/elements/dist/vscode-button/index.js';
import { html, type TemplateResult } from 'lit';

/** A button that shows numbers as a table, or takes the table away. @param table whether it is shown. */
export function tableButton(table: boolean, toggle: () => void): TemplateResult {
  return html`<vscode-button secondary aria-pressed=${table} @click=${toggle}
    >${table ? 'Hide Table' : 'Show as Table'}</vscode-button
  >`;
}
