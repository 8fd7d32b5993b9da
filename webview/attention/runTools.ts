import { html, nothing } from 'lit';
import type { Reading } from '../../core/run/explanation';
import { icon } from '../common/icons';
import { type Segment, segmented } from '../common/segmented';
import { toolButton } from '../common/toolButton';
import type { Choice } from '../run/choice';
import type { PanelContext, PanelTab } from '../run/panelTab';
import type { RunState } from '../run/runState';

const scales: readonly Segment[] = [
  { value: 'linear', label: 'linear', name: 'Linear scale' },
  { value: 'sqrt', label: '√', name: 'Square root scale' },
  { value: 'log', label: 'log', name: 'Logarithmic scale, four decades' },
];

const readings: readonly (Segment & { readonly value: Reading })[] = [
  { value: 'raw', label: 'raw', name: 'Attention as it is (V: next reading)' },
  {
    value: 'value',
    label: 'value',
    name: 'Value-weighted: each key’s part of the length ‖αf(x)‖ that the head adds (V: next reading)',
  },
  {
    value: 'rollout',
    label: 'rollout',
    name: 'Rollout: how much of each token has come up to this layer, its heads in one (V: next reading)',
  },
];

/** What the tools that are no part of the choice do. */
interface ToolActs {
  readonly finding: boolean;
  readonly find: () => void;
  readonly tabulate: () => void;
}

/** The line above a picture: what it shows, and the tools of its tab. */
export function runTools(panel: PanelContext, tab: PanelTab, { finding, find, tabulate }: ToolActs) {
  const { shown, table } = panel;
  const { choice, locked } = shown;
  const { tools = [] } = tab;
  const combines = tools.includes('combination') || (table && tab.table === 'row');
  return html`<div class="tools">
    ${tab.heading ?? heading(shown, tab, table)}
    ${
      choice.heads.length > 1 && combines
        ? segmented('Of the selected heads', combinations(choice), choice.combine, combine => shown.choose({ combine }))
        : nothing
    }
    ${
      locked
        ? html`<button
            class="tool on"
            title="Row ${choice.query} is locked: let go of it (Enter)"
            aria-label="Unlock row ${choice.query}"
            @click=${() => shown.toggleLock()}
          >
            ${icon('lock')}
          </button>`
        : nothing
    }
    ${tab.ownTools && !table ? tab.ownTools(panel) : nothing}
    ${toolButton('search', 'Find a token', find, { key: '/', pressed: finding })}
    ${tab.table ? toolButton('table', 'Show the row as a table', tabulate, { key: 'T', pressed: table }) : nothing}
    ${
      tools.includes('reading')
        ? segmented(
            'Reading',
            readings.filter(({ value }) => shown.readings.includes(value)),
            choice.reading,
            reading => shown.read(reading),
          )
        : nothing
    }
    ${
      tools.includes('reading') && shown.pairs
        ? segmented('From which text to which', shown.pairs.choices, choice.sentences ?? 'all', chosen =>
            shown.filterSentences(chosen === 'all' ? undefined : chosen),
          )
        : nothing
    }
    ${
      tools.includes('reading')
        ? toolButton(
            'circle-slash',
            'Without the first token: each row divided by what is left; in all panels and the lens',
            () => shown.toggleFirst(),
            { key: 'F', pressed: choice.withoutFirst },
          )
        : nothing
    }
    ${tools.includes('scale') ? segmented('Scale', scales, choice.scale, scale => shown.choose({ scale })) : nothing}
  </div>`;
}

/** Which of several heads, or what of all of them. */
function combinations({ head }: Choice): readonly Segment[] {
  return [
    { value: 'one', label: `${head.layer}.${head.head}`, name: `Head ${head.layer}.${head.head} alone` },
    { value: 'mean', label: 'mean', name: 'Mean of the selected heads' },
    { value: 'maximum', label: 'max', name: 'Maximum of the selected heads' },
  ];
}

/** What the picture shows. */
function heading(shown: RunState, { tools = [], axes }: PanelTab, table: boolean) {
  const { readingNote, name, readWords } = shown;
  const read = tools.includes('reading') && readWords;
  const about = [
    loading(shown),
    read,
    tools.includes('reading') && shown.sentenceWords,
    table && 'one row, strongest first',
  ]
    .filter(Boolean)
    .join(' · ');
  return html`<h2 class=${read ? 'read' : ''} title=${readingNote ?? nothing}>
    <span>${name} <span class="dim">${about}</span></span>
    ${read || table || !axes ? nothing : html`<span class="dim" title="A query’s row says how much it looks at each key">${axes}</span>`}
  </h2>`;
}

/** How far the numbers of several heads have come. */
function loading({ loaded, choice }: RunState): string {
  return loaded === undefined || choice.heads.length === 1 ? '' : `${loaded} of ${choice.heads.length} loaded`;
}
