import * as vscode from 'vscode';
import type { HubModel } from '../../core/protocol/downloadProtocol';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceError } from '../inference/inferenceError';
import type { Downloads } from './downloads';
import type { HubSettings } from './hubSettings';

/** What the hub itself tells of a model: what it takes in the precision that is offered first; or why it gives none. */
export type HubFacts =
  | { readonly dtype: string; readonly bytes: number; readonly licence?: string; readonly languages: readonly string[] }
  | { readonly missing: string };

/** Where it is remembered, over windows. */
const memoryKey = 'headlight.hubFacts';
/** So long, in milliseconds, the hub is not asked again. */
const fresh = 24 * 3_600_000;

interface Remembered {
  readonly hub: string;
  readonly models: Readonly<Record<string, { readonly facts: HubFacts; readonly time: number }>>;
}

/** What is known from the hub of the models that are recommended: asked for when they are looked at, and remembered for a day. */
export class KnownOfHub implements vscode.Disposable {
  private readonly emitter = new vscode.EventEmitter<string>();
  /** Fires with a model's id when something new is known of it. */
  readonly onDidChange = this.emitter.event;
  private readonly asked = new Set<string>();
  /** What is known: kept here, too, since answers come side by side and what VS Code remembers can be an older state for a moment. */
  private known?: Remembered;

  constructor(
    private readonly downloads: Pick<Downloads, 'look'>,
    private readonly hub: HubSettings,
    private readonly memory: vscode.Memento,
  ) {}

  /** What is known of a model; undefined where nothing is. */
  of(id: string): HubFacts | undefined {
    return this.remembered.models[id]?.facts;
  }

  /** Asks the hub about models of which nothing new is known; offline, or where the hub cannot be reached, nothing happens. */
  ask(ids: readonly string[]): void {
    if (this.hub.offline) return;
    const { models } = this.remembered;
    for (const id of ids) {
      if (this.asked.has(id) || Date.now() - (models[id]?.time ?? 0) < fresh) continue;
      this.asked.add(id);
      void this.askOne(id).finally(() => this.asked.delete(id));
    }
  }

  dispose(): void {
    this.emitter.dispose();
  }

  private get remembered(): Remembered {
    const { address } = this.hub;
    const kept = this.known ?? this.memory.get<Remembered>(memoryKey);
    return (this.known = kept?.hub === address ? kept : { hub: address, models: {} });
  }

  private async askOne(id: string): Promise<void> {
    const { address } = this.hub;
    let facts: HubFacts;
    try {
      facts = factsOf(await this.downloads.look(id));
    } catch (error) {
      const { code, message } = InferenceError.from(error);
      // A hub that cannot be reached says nothing of the model; the log has the reason.
      if (code !== InferenceErrorCode.missing) return;
      facts = { missing: message };
    }
    const { hub, models } = this.remembered;
    // The setting may have changed meanwhile: what another hub said is not for this one.
    if (hub !== address) return;
    this.known = { hub, models: { ...models, [id]: { facts, time: Date.now() } } };
    this.emitter.fire(id);
    await this.memory.update(memoryKey, this.known);
  }
}

function factsOf({ precisions: [first], licence, languages }: HubModel): HubFacts {
  return { dtype: first.dtype, bytes: first.bytes, licence, languages };
}
