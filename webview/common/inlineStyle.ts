import { nothing, type ElementPart } from 'lit';
import { Directive, directive, type DirectiveParameters, type PartInfo, PartType } from 'lit/directive.js';

/** Style properties by their CSS names. */
type Properties = Readonly<Record<string, string>>;

/** Sets style properties of an element that no template keeps; an empty value takes the property away. */
export function setStyle(style: CSSStyleDeclaration, properties: Properties): void {
  for (const [name, value] of Object.entries(properties)) style.setProperty(name, value);
}

/**
 * Sets style properties of an element through the CSSOM, which a content security policy without inline styles lets
 * pass (lit's styleMap writes a `style` attribute at first). `html\`<i ${inlineStyle({ width: '40%' })}></i>\``.
 */
export const inlineStyle = directive(
  class InlineStyleDirective extends Directive {
    constructor(part: PartInfo) {
      super(part);
      if (part.type !== PartType.ELEMENT) throw new Error('inlineStyle() belongs on an element.');
    }

    override render(properties: Properties) {
      void properties;
      return nothing;
    }

    override update(part: ElementPart, [properties]: DirectiveParameters<this>) {
      setStyle((part.element as HTMLElement).style, properties);
      return nothing;
    }
  },
);
