import { escapeXml } from './escapeXml';
import { htmlDocument } from './htmlDocument';

/** A table of numbers below a picture. */
export interface PictureTable {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** What a page of a picture is made from. */
export interface PicturePage {
  readonly title: string;
  /** An SVG document, made here: it is put into the page as it is. */
  readonly svg: string;
  readonly tables: readonly PictureTable[];
}

const style = `
:root { color-scheme: light dark; }
body { margin: 16px; font: 13px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; background: light-dark(#ffffff, #1f1f1f); color: light-dark(#3b3b3b, #cccccc); }
figure { margin: 0; overflow: auto; }
svg { display: block; max-width: 100%; height: auto; }
.tables { display: flex; flex-wrap: wrap; align-items: start; gap: 24px; margin-top: 20px; }
.table { max-height: 70vh; max-width: 100%; overflow: auto; }
table { border-collapse: collapse; font: 12px/1.5 Menlo, Consolas, "DejaVu Sans Mono", monospace; }
caption { text-align: left; font: 600 12px system-ui, sans-serif; padding-bottom: 6px; }
th, td { padding: 2px 8px 2px 0; text-align: left; font-weight: 400; white-space: pre; border-bottom: 1px solid light-dark(#d4d4d4, #454545); }
thead th { position: sticky; top: 0; background: light-dark(#ffffff, #1f1f1f); color: light-dark(#616161, #9d9d9d); }
:focus-visible { outline: 2px solid light-dark(#005fb8, #4daafc); }
footer { margin-top: 16px; color: light-dark(#616161, #9d9d9d); }
`;

/** A picture and its numbers as one HTML document that needs nothing outside itself and runs nothing: no script is allowed in it. */
export function pictureHtml({ title, svg, tables }: PicturePage): string {
  const drawing = svg.slice(svg.indexOf('<svg'));
  return htmlDocument({
    title,
    policy: `img-src data:; style-src 'unsafe-inline'`,
    head: `<style>${style}</style>`,
    body: `<main>
<figure tabindex="0">${drawing}</figure>
<div class="tables">
${tables.map(table => tableHtml(table)).join('\n')}
</div>
</main>
<footer>This page is one file and loads nothing. Written by Headlight.</footer>`,
  });
}

function tableHtml({ caption, columns, rows }: PictureTable): string {
  const cells = (open: string, values: readonly (string | number)[], close: string) =>
    values.map(value => `${open}${escapeXml(String(value))}${close}`).join('');
  return `<div class="table" tabindex="0"><table><caption>${escapeXml(caption)}</caption><thead><tr>${cells('<th scope="col">', columns, '</th>')}</tr></thead>
<tbody>${rows.map(row => `<tr>${cells('<td>', row, '</td>')}</tr>`).join('')}</tbody></table></div>`;
}
