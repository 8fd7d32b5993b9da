import { codeBlock, markdownOf, type Markdown } from '../../core/markup/markdown';
import { plainLine } from '../../core/text/plainLine';
import type { ModelInfo } from '../../core/run/explanation';
import type { Failure } from './failures';

/** What a report says of the machine and of what was done in the window. */
export interface ReportFacts {
  /** By name: Headlight, VS Code, … */
  readonly versions: Readonly<Record<string, string>>;
  /** The models that explained something, the newest first. */
  readonly models: readonly ModelInfo[];
  readonly failures: readonly Failure[];
}

/** So many models are told. */
const mostModels = 5;

/**
 * A report of an issue, as Markdown, for the user to complete: versions, the shape of the models and what failed, by code.
 * No text, no image, no name of a file, a folder or a model.
 */
export function issueReport({ versions, models, failures }: ReportFacts): Markdown {
  const shapes = [...new Set(models.map(model => plainLine(shapeOf(model))))].slice(0, mostModels);
  const failed = failures.map(({ code, request, time }) => `${time.toISOString()}  ${code}  ${request}`);
  return markdownOf`## What happened

(what you did, what you expected, what you saw instead)

## Versions

${codeBlock(
  Object.entries(versions)
    .map(([name, version]) => `${name}: ${version}`)
    .join('\n'),
)}

## Models

${codeBlock(shapes.join('\n') || 'none has explained anything in this window')}

## What failed last

${codeBlock(failed.join('\n') || 'nothing')}
`;
}

function shapeOf({ architecture, dtype, task, contextLength, found, quantizesActivations }: ModelInfo): string {
  const activations = quantizesActivations ? ', quantizes activations' : '';
  return `${architecture}, ${dtype}${activations}, ${task}, ${contextLength} tokens: ${found}`;
}
