import { escapeXml } from './escapeXml';

/** What an HTML document is made from. */
export interface HtmlDocument {
  readonly title: string;
  /** What it may load and run: its Content-Security-Policy without what no document may do, which is added. */
  readonly policy: string;
  /** What else stands in `<head>`, as HTML. */
  readonly head: string;
  /** What stands between `<body>` and `</body>`, as HTML. */
  readonly body: string;
}

/** An HTML document that loads and runs nothing but what its policy names. */
export function htmlDocument({ title, policy, head, body }: HtmlDocument): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ${policy}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width">
<meta name="generator" content="Headlight">
<title>${escapeXml(title)}</title>
${head}
</head>
<body>
${body}
</body>
</html>
`;
}
