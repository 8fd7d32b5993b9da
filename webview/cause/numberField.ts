import { html, type TemplateResult } from 'lit';

/** A field for a number between bounds: what is not one goes back to what it was. @param label for the ear. */
export function numberField(
  label: string,
  value: number,
  { min, max, step = '1' }: { readonly min: number; readonly max: number; readonly step?: 'any' | '1' },
  change: (value: number) => void,
): TemplateResult {
  return html`<input
    class="field number"
    type="number"
    aria-label=${label}
    min=${min}
    max=${max}
    step=${step}
    .value=${String(value)}
    @change=${(event: Event) => {
      const input = event.target as HTMLInputElement;
      const typed = step === '1' ? Math.round(Number(input.value)) : Number(input.value);
      if (input.value === '' || !(typed >= min && typed <= max)) {
        input.value = String(value);
        return;
      }
      change(typed);
    }}
  />`;
}
