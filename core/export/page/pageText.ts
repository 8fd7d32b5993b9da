import type { PageColors, PageSequence } from './pageData';

/** A text in the page. */
export interface PageText {
  readonly element: HTMLElement;
  /** Colours it by the weights of its tokens (undefined: not at all) and frames a token. */
  show(weights: Float32Array | undefined, framed: number, colors: PageColors, place: (weight: number) => number): void;
}

/**
 * A text whose tokens can be chosen with the pointer or the arrow keys. Runs in the page: it uses nothing outside itself.
 */
export function pageText({ segments, labels }: PageSequence, name: string, choose: (token: number) => void): PageText {
  const element = document.createElement('div');
  element.className = 'text';
  element.tabIndex = 0;
  element.setAttribute('role', 'application');
  element.setAttribute('aria-label', `${name}; left and right choose a token`);
  const spans = segments.map(({ text, tokens }) => {
    const span = document.createElement('span');
    span.textContent = text;
    if (tokens.length > 0) {
      span.className = 'token';
      span.title = tokens.map(token => `${token} ${labels[token]}`).join('\n');
      span.addEventListener('click', () => choose(tokens[0]));
    }
    element.append(span);
    return span;
  });
  let chosen = 0;
  element.addEventListener('keydown', event => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -labels.length, End: labels.length }[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    choose(Math.min(labels.length - 1, Math.max(0, chosen + step)));
  });
  // WCAG 2's relative luminance.
  const luminance = (color: Uint8ClampedArray) => {
    const [red, green, blue] = Array.from(color, channel =>
      channel <= 10 ? channel / 3295 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  return {
    element,
    show(weights, framed, { ramp }, place) {
      chosen = framed;
      segments.forEach(({ tokens }, i) => {
        const { style, classList } = spans[i];
        classList.toggle('framed', tokens.includes(framed));
        const weight = weights ? tokens.reduce((sum, token) => sum + weights[token], 0) : 0;
        const at = Math.round(place(weight) * 255) * 4;
        const color = ramp.slice(at, at + 3);
        const colored = weights !== undefined && tokens.length > 0;
        style.backgroundColor = colored ? `rgb(${color.join(' ')})` : '';
        // Pale colours carry the page's own text colour, which black and white would outshout.
        style.color = colored && at > 300 ? (luminance(color) > 0.18 ? '#000' : '#fff') : '';
      });
    },
  };
}
