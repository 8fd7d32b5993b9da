import { oneLine } from './imageLink';

/** A caption between the brackets of a Markdown image. What has a meaning in Markdown, GFM tables and MDX is escaped. */
export function escapeMarkdown(caption: string): string {
  return oneLine(caption).replace(/[\\`*_[\]<>&|~{}$]/g, '\\$&');
}
