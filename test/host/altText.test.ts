import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { headlight, workspaceFile } from './support/headlight';

const flag =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><circle cx="12" cy="12" r="5" fill="red"/></svg>';
const scribble =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M2 18C4 2 9 2 9 12s6 10 7 0 4-8 6 6" fill="none" stroke="#000" stroke-width="2"/></svg>';
const caption = 'a red circle';

describe('alt text', function () {
  this.timeout(60_000);
  const at = (name: string) => vscode.Uri.joinPath(workspaceFile('alt'), name);
  const open = async (name: string, text: string, language?: string) => {
    await vscode.workspace.fs.writeFile(at(name), new TextEncoder().encode(text));
    const document = await vscode.workspace.openTextDocument(at(name));
    return language && document.languageId !== language
      ? vscode.languages.setTextDocumentLanguage(document, language)
      : document;
  };
  const actions = async (document: vscode.TextDocument, offset: number, kind?: string, resolve?: number) => {
    const position = document.positionAt(offset);
    for (const end = Date.now() + 10_000; ;) {
      try {
        return await vscode.commands.executeCommand<vscode.CodeAction[]>(
          'vscode.executeCodeActionProvider',
          document.uri,
          new vscode.Range(position, position),
          kind,
          resolve,
        );
      } catch (error) {
        // While the language's own extension starts, VS Code cancels what is asked: then once more, as it does itself.
        if ((error as Error).message !== 'Canceled' || Date.now() > end) throw error;
      }
    }
  };
  const ours = (list: vscode.CodeAction[]) => list.filter(({ title }) => title.includes('Headlight'));
  /** What Headlight offers at a place. VS Code drops what it was told while the language's own extension starts. */
  const offered = async (document: vscode.TextDocument, offset: number) => {
    let list = ours(await actions(document, offset));
    for (const end = Date.now() + 10_000; list.length === 0 && Date.now() < end;) {
      list = ours(await actions(document, offset));
    }
    return list;
  };
  const run = async ([action]: vscode.CodeAction[]) => {
    assert.ok(action?.command);
    await vscode.commands.executeCommand(action.command.command, ...((action.command.arguments ?? []) as unknown[]));
  };

  const captionNow = async (uri: vscode.Uri) => {
    const { captionQueue, catalogue } = await (await headlight()).exports.services();
    await captionQueue.add([uri], await catalogue.captioner());
  };

  before(async () => {
    await headlight();
    await vscode.workspace.fs.writeFile(at('img/flag.svg'), new TextEncoder().encode(flag));
    await vscode.workspace.fs.writeFile(at('broken.png'), new TextEncoder().encode('no picture'));
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(workspaceFile('alt'), { recursive: true });
  });

  it('“Describe image with Headlight” puts the caption in, and is offered only where there is none', async () => {
    const document = await open('one.md', '# A flag\n\n![](img/flag.svg) and ![a text](img/flag.svg)\n');
    const [action] = await offered(document, 14);
    assert.deepEqual(ours(await actions(document, 2)), []);
    assert.deepEqual(ours(await actions(document, 40)), []);
    await run([action]);
    assert.equal(document.getText(), `# A flag\n\n![${caption}](img/flag.svg) and ![a text](img/flag.svg)\n`);
  });

  for (const [language, name, before, after] of [
    ['html', 'one.html', '<p><img src="/alt/img/flag.svg">', `<p><img src="/alt/img/flag.svg" alt="${caption}">`],
    [
      'javascriptreact',
      'one.jsx',
      'import f from "./img/flag.svg";\nx = <img src={f} />;',
      `import f from "./img/flag.svg";\nx = <img src={f} alt="${caption}" />;`,
    ],
    [
      'markdown',
      'data.md',
      `![](data:image/svg+xml;base64,${Buffer.from(flag).toString('base64')})`,
      `![${caption}](data:image/svg+xml;base64,${Buffer.from(flag).toString('base64')})`,
    ],
    ['restructuredtext', 'one.rst', '.. image:: img/flag.svg\n', `.. image:: img/flag.svg\n   :alt: ${caption}\n`],
    // What VS Code itself does not know is known by its ending.
    [
      'plaintext',
      'one.mdx',
      '<Card>\n  ![](img/flag.svg)\n</Card>\n',
      `<Card>\n  ![${caption}](img/flag.svg)\n</Card>\n`,
    ],
    [
      'plaintext',
      'one.vue',
      '<template><img :src="\'./img/flag.svg\'"></template>\n',
      `<template><img :src="'./img/flag.svg'" alt="${caption}"></template>\n`,
    ],
    ['plaintext', 'one.svelte', '<img src="img/flag.svg">\n', `<img src="img/flag.svg" alt="${caption}">\n`],
    [
      'plaintext',
      'one.adoc',
      ':imagesdir: img\n\nimage::flag.svg[width=20]\n',
      `:imagesdir: img\n\nimage::flag.svg[${caption},width=20]\n`,
    ],
  ] as const) {
    it(`finds the image of ${name} and describes it in its language`, async () => {
      const document = await open(name, before, language);
      assert.equal(document.languageId, language);
      await run(await offered(document, before.lastIndexOf('im') + 1));
      assert.equal(document.getText(), after);
    });
  }

  it('finds images by every way in which a document may name them, and leaves those on the web alone', async () => {
    await vscode.workspace.fs.writeFile(at('my pictures/a b.svg'), new TextEncoder().encode(flag));
    const addresses = [
      '<my pictures/a b.svg>',
      'my%20pictures/a%20b.svg',
      '../alt/img/flag.svg',
      '/alt/img/flag.svg',
      'img/flag.svg?raw=true',
      'img/flag.svg#part',
      'alt/img/flag.svg',
      'img\\\\flag.svg',
    ];
    const document = await open(
      'ways.md',
      `${[...addresses, 'https://example.com/a.png', '//example.com/b.png'].map(address => `![](${address})`).join('\n')}\n`,
    );
    assert.deepEqual(ours(await actions(document, document.getText().indexOf('https'))), []);
    const [fix] = ours(await actions(document, 0, 'source.fixAll.headlight', 1));
    await vscode.workspace.applyEdit(fix.edit!);
    assert.deepEqual(document.getText().trimEnd().split('\n'), [
      ...addresses.map(address => `![${caption}](${address})`),
      '![](https://example.com/a.png)',
      '![](//example.com/b.png)',
    ]);
    const web = await open('web.md', '![](https://example.com/a.png)\n');
    assert.deepEqual(ours(await actions(web, 3)), []);
    assert.deepEqual(ours(await actions(web, 0, 'source.fixAll.headlight')), []);
  });

  it('“Fix all” describes all of a file; a broken or missing image stops nothing', async () => {
    const document = await open(
      'all.md',
      '![](img/flag.svg)\n![](broken.png)\n![](nowhere.png)\n![](https://example.com/a.png)\n<img src="img/flag.svg">\n',
    );
    const [fix] = ours(await actions(document, 0, 'source.fixAll.headlight', 1));
    assert.equal(fix.kind?.value, 'source.fixAll.headlight');
    assert.ok(fix.edit);
    await vscode.workspace.applyEdit(fix.edit);
    assert.equal(
      document.getText(),
      `![${caption}](img/flag.svg)\n![](broken.png)\n![](nowhere.png)\n![](https://example.com/a.png)\n<img src="img/flag.svg" alt="${caption}">\n`,
    );
  });

  it('a hover on an image link tells how sure the model was; a guess is no caption', async () => {
    await vscode.workspace.fs.writeFile(at('img/scribble.svg'), new TextEncoder().encode(scribble));
    await captionNow(at('img/scribble.svg'));
    const document = await open('hover.md', '![](img/flag.svg)\n\n![](img/scribble.svg)\n');
    const hoverAt = async (line: number) => {
      const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
        'vscode.executeHoverProvider',
        document.uri,
        new vscode.Position(line, 8),
      );
      return hovers
        .flatMap(hover => hover.contents)
        .map(content => (typeof content === 'string' ? content : content.value))
        .map(text => text.replaceAll('&nbsp;', ' ').replaceAll('\\', ''))
        .join('\n');
    };
    const [sure, guess] = [await hoverAt(0), await hoverAt(2)];
    assert.match(sure, new RegExp(`“${caption}” · sure, 0\\.\\d\\d · tiny-captioner`));
    assert.match(guess, /No caption · not sure, 0\.\d\d · tiny-captioner/);
    assert.doesNotMatch(guess, /sandwich/);
    for (const text of [sure, guess]) assert.ok(text.includes('command:headlight.describeImage'), text);
  });

  it('missing alt text is told of where the setting says so, and not by default', async () => {
    const document = await open('told.md', '![](img/flag.svg)\n![text](img/flag.svg)\n');
    const told = () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source === 'Headlight');
    assert.deepEqual(told(), []);
    const settings = vscode.workspace.getConfiguration('headlight.captions');
    await settings.update('missingAltText', 'warning', vscode.ConfigurationTarget.Workspace);
    for (const end = Date.now() + 10_000; told().length === 0 && Date.now() < end;) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.deepEqual(
      told().map(({ range, severity, code }) => [range.start.line, severity, code]),
      [[0, vscode.DiagnosticSeverity.Warning, 'missing-alt-text']],
    );
    await settings.update('missingAltText', undefined, vscode.ConfigurationTarget.Workspace);
    for (const end = Date.now() + 10_000; told().length > 0 && Date.now() < end;) {
      await new Promise(resolve => setTimeout(resolve, 50));
    }
    assert.deepEqual(told(), []);
  });
});
