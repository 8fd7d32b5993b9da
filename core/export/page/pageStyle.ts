/** The standalone page's style: VS Code's Light Modern and Dark Modern, as the reader prefers. */
export const pageStyle = `
:root { color-scheme: light dark; --background: #ffffff; --foreground: #3b3b3b; --dim: #616161; --line: #d4d4d4; --focus: #005fb8; --heat: #1a85ff; --raised: #f8f8f8; }
@media (prefers-color-scheme: dark) { :root { --background: #1f1f1f; --foreground: #cccccc; --dim: #9d9d9d; --line: #454545; --focus: #4daafc; --heat: #3794ff; --raised: #181818; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--background); color: var(--foreground); font: 13px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
header { padding: 12px 16px; border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 16px; overflow-wrap: anywhere; }
h2, h3, caption { margin: 0 0 6px; font-size: 12px; font-weight: 600; text-align: left; overflow-wrap: anywhere; }
h3 { margin-top: 8px; font-weight: 400; color: var(--dim); }
p { margin: 2px 0; color: var(--dim); overflow-wrap: anywhere; }
main { display: grid; grid-template-columns: minmax(200px, 300px) minmax(0, 1fr) minmax(180px, 240px); gap: 24px; padding: 16px; }
section { min-width: 0; }
section + section > h2, .texts { margin-top: 20px; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; }
.bar h2 { margin: 0; }
label, footer { color: var(--dim); }
#frame { overflow: auto; padding: 3px; }
canvas { display: block; }
#matrix { touch-action: pan-x pan-y; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
#cell { display: block; white-space: pre-wrap; min-height: 20px; margin: 6px 0; font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; overflow-wrap: anywhere; }
.heads { max-height: 46vh; overflow: auto; padding: 3px; }
.layer { display: flex; align-items: center; gap: 3px; margin-bottom: 3px; }
.layer > span { width: 22px; flex: none; color: var(--dim); }
.layer button { padding: 0; width: 32px; height: 32px; flex: none; border: 1px solid var(--line); background: var(--background); cursor: pointer; }
.layer button[aria-checked=true] { outline: 2px solid var(--focus); outline-offset: 0; }
.layer canvas { width: 30px; height: 30px; image-rendering: pixelated; }
.text { max-height: 40vh; overflow: auto; padding: 4px; margin-bottom: 10px; white-space: pre-wrap; overflow-wrap: anywhere; font: 12px/1.7 Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.token { cursor: pointer; border-radius: 2px; }
.framed { outline: 2px solid var(--focus); }
.legend { display: flex; align-items: center; gap: 8px; color: var(--dim); }
#ramp { width: 160px; height: 8px; border: 1px solid var(--line); }
select { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--line); }
table { border-collapse: collapse; width: 100%; font-family: Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 12px; }
caption { font-family: system-ui, sans-serif; }
td, th { padding: 2px 6px 2px 0; border-bottom: 1px solid var(--line); text-align: left; font-weight: 400; overflow-wrap: anywhere; }
th { color: var(--dim); }
td:last-child, th:last-child { text-align: right; padding-right: 0; }
footer { padding: 12px 16px; border-top: 1px solid var(--line); }
@media (max-width: 900px) { main { grid-template-columns: minmax(0, 1fr); } }
@media (forced-colors: active) { .token, #ramp, canvas { forced-color-adjust: none; } }
`;
