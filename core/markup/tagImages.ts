import { oneLine, type ImageLink } from './imageLink';
import { readTag, type Attribute } from './readTag';
import { tagStarts } from './tagStarts';

/** The languages that are written in tags, or have some. */
export type TagLanguage = 'html' | 'jsx' | 'mdx' | 'vue' | 'svelte';

/** Elements and components that show one image and take its alt text as `alt`: HTML's, and those of Next, Astro, Nuxt, SvelteKit and Gatsby. */
const imageTag = /^(?:[Ii][Mm][Gg]|Image|NuxtImg|nuxt-img|NuxtPicture|nuxt-picture|enhanced:img|StaticImage)$/;

/** A caption as an attribute's value, quotes included. */
export function escapeAttribute(caption: string, language: TagLanguage): string {
  const escaped = oneLine(caption)
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  // In Svelte braces in an attribute hold an expression; elsewhere they are text.
  return `"${language === 'svelte' ? escaped.replaceAll('{', '&#123;').replaceAll('}', '&#125;') : escaped}"`;
}

/** The images of HTML, JSX, MDX's tags, Vue or Svelte. */
export function tagImages(text: string, language: TagLanguage): ImageLink[] {
  return tagStarts(text, language).flatMap(start => {
    const tag = readTag(text, start);
    if (!tag || !(imageTag.test(tag.name) || isImageButton(tag))) return [];
    const source = find(tag.attributes, 'src');
    const address = source && addressOf(source, text);
    if (!source || address === undefined) return [];
    const alt = find(tag.attributes, 'alt');
    const hidden = tag.attributes.some(
      ({ name, value }) =>
        (name === 'aria-hidden' && value === 'true') || (name === 'role' && /^(presentation|none)$/.test(value ?? '')),
    );
    const labelled = tag.attributes.some(({ name, value }) => /^aria-label(ledby)?$/.test(name) && value?.trim());
    const spread = tag.attributes.some(({ name }) => name.startsWith('...') || name === 'v-bind');
    const empty = alt && !alt.bound && (alt.value ?? '').trim() === '';
    const fixed = !alt || (alt.name === 'alt' && !alt.bound);
    return [
      {
        from: start,
        to: tag.to,
        address,
        alt: hidden
          ? ('decorative' as const)
          : empty
            ? ('decorative' as const)
            : alt || spread || labelled
              ? ('given' as const)
              : ('missing' as const),
        ...(fixed && !(spread && !alt)
          ? {
              describe: (caption: string) => {
                const text = `alt=${escapeAttribute(caption, language)}`;
                return alt
                  ? { from: alt.from, to: alt.to, text }
                  : { from: source.to, to: source.to, text: ` ${text}` };
              },
            }
          : {}),
      },
    ];
  });
}

/** `<input type="image">`, a button that is an image. https://html.spec.whatwg.org/multipage/input.html#image-button-state-(type=image) */
function isImageButton({ name, attributes }: NonNullable<ReturnType<typeof readTag>>): boolean {
  const type = name.toLowerCase() === 'input' ? find(attributes, 'type') : undefined;
  return type !== undefined && !type.bound && type.value?.trim().toLowerCase() === 'image';
}

/** An attribute by its name, also bound to an expression: `:alt` and `v-bind:alt` in Vue, `[alt]` in Angular, `{alt}` in Svelte. */
function find(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const names = [name, `:${name}`, `v-bind:${name}`, `[${name}]`, `bind:${name}`, `{${name}}`];
  const found = attributes.find(attribute => names.includes(attribute.name.toLowerCase()));
  return found && (found.name.toLowerCase() === name ? found : { ...found, bound: true });
}

/** Where the image lies: a value, a literal in an expression, or what a name was imported from. */
function addressOf({ value = '', bound }: Attribute, text: string): string | undefined {
  // What a template engine fills in is not known.
  if (!bound) return /[{<]/.test(value) && !value.startsWith('data:') ? undefined : value.trim() || undefined;
  const expression = value.trim();
  const literal = /^(?:require\(\s*)?(['"`])([^'"`$]*)\1\s*\)?(?:\.default)?$/.exec(expression);
  if (literal) return literal[2];
  const beside = /^new URL\(\s*(['"`])([^'"`$]*)\1\s*,\s*import\.meta\.url\s*\)(?:\.href|\.toString\(\))?$/.exec(
    expression,
  );
  if (beside) return beside[2];
  const name = /^([A-Za-z_$][\w$]*)(?:\.src)?$/.exec(expression)?.[1].replaceAll('$', '\\$');
  if (!name) return undefined;
  const imported =
    new RegExp(
      `\\bimport\\s+(?:\\*\\s*as\\s+|\\{\\s*default\\s+as\\s+)?${name}\\s*(?:\\}|,\\s*[{*][^;]*?)?\\s*from\\s*(['"])(.*?)\\1`,
    ).exec(text) ?? new RegExp(`\\b${name}\\s*=\\s*(?:require|new\\s+URL)\\(\\s*(['"])(.*?)\\1\\s*[,)]`).exec(text);
  return imported?.[2];
}
