import assert from 'node:assert/strict';
import { cp, rm, writeFile } from 'node:fs/promises';
import { modelFolder } from '../unit/support/modelFolder';
import { AttentionPanel } from './support/attentionPanel';
import { pictureFailures, Session } from './support/session';
import type { Workbench } from './support/workbench';

const tokenizer = {
  name: 'bert-uncased',
  config: { tokenizer_class: 'BertTokenizer', do_lower_case: true, mask_token: '[MASK]', cls_token: '[CLS]', sep_token: '[SEP]', pad_token: '[PAD]', unk_token: '[UNK]', model_max_length: 64 },
};
const classes = { id2label: Object.fromEntries(Array.from({ length: 128 }, (_, i) => [i, `B-${i}`])) };

/** Tasks that no built-in model does, each with a model of the workspace: a reference model with a tokenizer. */
describe('tasks over text, with models of the workspace', () => {
  let session: Session;
  let workbench: Workbench;
  let panel: AttentionPanel;

  before(async () => {
    session = await Session.start();
    for (const [name, architecture, config] of [['fills', 'BertForMaskedLM', {}], ['tags', 'BertForTokenClassification', classes]] as const) {
      const folder = modelFolder({ reference: 'bert', graphs: { 'model.onnx': 'model_eager.onnx' }, config: { architectures: [architecture], ...config }, tokenizer });
      await cp(folder, session.inWorkspace(`models/${name}`), { recursive: true });
      await rm(folder, { recursive: true });
    }
    await cp('media/models/tiny-code-gpt', session.inWorkspace('models/chats'), { recursive: true });
    await writeFile(session.inWorkspace('models/chats/chat_template.jinja'),
      '{% for message in messages %}<user>{{ message.content | trim }}</user>\n{% endfor %}{% if add_generation_prompt %}<bot>{% endif %}');
    await writeFile(session.inWorkspace('letters.txt'), 'a b [MASK] c d\n');
    workbench = await session.openWorkbench();
  });
  pictureFailures(() => workbench);
  after(() => session.stop());

  async function explainWith(model: string, command = 'Headlight: Explain Attention'): Promise<void> {
    await workbench.openFile('letters.txt');
    await workbench.useModel(model);
    await workbench.selectLines(1, 1);
    await workbench.runCommand(command);
    panel = await AttentionPanel.find(workbench);
    await panel.frame.locator('headlight-bar .chip', { hasText: model }).waitFor();
    await panel.picture();
  }

  const says = (heading: RegExp) => panel.frame.locator('headlight-details section', { has: panel.frame.getByRole('heading', { name: heading }) });

  it('a mask filler says what fits in place of the mask', async () => {
    await explainWith('fills');
    await panel.tokens.getByText('[MASK]', { exact: true }).click();
    await says(/here in place of “\[MASK\]”/i).locator('.bars li').first().waitFor();
    assert.equal(await says(/here in place of “\[MASK\]”/i).locator('.bars li').count(), 5);
    await workbench.screenshot('mask-filling-dark');
  });

  it('a token classifier says the classes of each token', async () => {
    await explainWith('tags');
    await panel.tokens.getByText('c', { exact: true }).click();
    const said = says(/class of “c”/i);
    await said.locator('.bars li').first().waitFor();
    for (const name of await said.locator('.bars li bdi').allInnerTexts()) assert.match(name, /^B-\d+$/);
    await workbench.screenshot('token-classes-dark');
  });

  it('a chat model reads the selection as a message, in its template', async () => {
    await explainWith('chats', 'Headlight: Explain Attention as Chat Message');
    const tokens = (await panel.tokens.allTextContents()).join('');
    assert.match(tokens, /<user>.*a b.*<\/user>.*<bot>/s);
    await workbench.screenshot('chat-template-dark');
  });

  it('a model without a template says so', async () => {
    await workbench.openFile('letters.txt');
    await workbench.useModel('fills');
    await workbench.selectLines(1, 1);
    await workbench.runCommand('Headlight: Explain Attention as Chat Message');
    await panel.frame.getByText(/has no chat template; explain the text as it is/).waitFor();
    assert.deepEqual(workbench.consoleErrors, []);
  });
});
