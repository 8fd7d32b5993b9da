import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';

interface Manifest {
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
  };
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, { scope: string }>> };
  };
}

const { capabilities, contributes } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const { properties } = contributes.configuration;

/** What a setting names that a workspace may choose only where it is trusted. */
const restricted: Readonly<Record<string, 'a model' | 'paths' | 'an address'>> = {
  'headlight.model': 'a model',
  'headlight.imageModel': 'a model',
  'headlight.speechModel': 'a model',
  'headlight.modelFolders': 'paths',
  'headlight.hub': 'an address',
  // Whether addresses are asked at all.
  'headlight.offline': 'an address',
};

/** Why any workspace may choose the others. */
const free: Readonly<Record<string, string>> = {
  'headlight.unloadAfterMinutes': 'a time; the machine alone says how much memory may be taken',
  'headlight.maximumMemory': 'a size, which only the machine may set',
  'headlight.lens.delay': 'a time',
  'headlight.lens.window': 'one of three words',
  'headlight.lens.lines': 'a number; what is read is cut at 1,024 tokens',
  'headlight.lens.head': 'a number of a head, by its pattern',
  'headlight.withoutFirstToken': 'on or off',
  'headlight.captions.offerModels': 'on or off, of the application only',
  'headlight.captions.maximumFileSize': 'a size',
  'headlight.captions.missingAltText': 'one of four words',
  // It can make a model say what it likes. So can a picture or a document of the same workspace, and an answer is text.
  'headlight.altText.prompt': 'text for a model that runs here and can do nothing but answer with text',
  'headlight.altText.context': 'on or off: text of the workspace for a model that runs here',
};

describe('settings in a workspace that is not trusted', () => {
  it('are each sorted: a new setting has to be restricted, or to have a reason why not', () => {
    assert.deepEqual([...Object.keys(restricted), ...Object.keys(free)].sort(), Object.keys(properties).sort());
  });

  it('are restricted where they name a path, a model or an address', () => {
    const { supported, restrictedConfigurations } = capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    assert.deepEqual([...restrictedConfigurations].sort(), Object.keys(restricted).sort());
  });

  it('are not the workspace’s to set at all, trusted or not, where they name paths, an address or memory', () => {
    for (const [name, what] of Object.entries(restricted)) {
      if (what !== 'a model') assert.equal(properties[name].scope, 'machine', name);
    }
    assert.equal(properties['headlight.maximumMemory'].scope, 'machine');
    assert.equal(properties['headlight.captions.offerModels'].scope, 'application');
  });
});
