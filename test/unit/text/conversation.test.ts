import assert from 'node:assert/strict';
import { conversationOf, conversationWords, holdsConversation } from '../../../core/text/conversation';

/** A message's role and content, and what of the text stands at each of its places. */
function read(text: string): [string, string, string[]][] {
  return conversationOf(text).map(({ role, content, places }) => [
    role,
    content,
    Array.from(content, (_, i) => text.slice(places[i], places[i + 1])),
  ]);
}

describe('conversations', () => {
  it('are told from texts that are not, for a menu', () => {
    const list = '[{"role": "user", "content": "a"}]';
    for (const text of [list, ` {"messages": ${list}}\n`]) assert.ok(holdsConversation(text), text);
    for (const text of ['a', '[1, 2]', '{"a": 1}', list.slice(1), `const a = ${list}`, '']) {
      assert.ok(!holdsConversation(text), text);
    }
  });

  it('are lists of messages, or objects that hold one, with places that follow the escapes', () => {
    const list = '[ {"role": "system", "content": ""}, {"content": "a\\n\\u00e9\\"b", "role": "user", "name": "x"} ]';
    const expected = [
      ['system', '', []],
      ['user', 'a\né"b', ['a', '\\n', '\\u00e9', '\\"', 'b']],
    ];
    assert.deepEqual(read(list), expected);
    assert.deepEqual(read(`{"id": 1, "messages": ${list}}`), expected);
    // Brackets and commas in strings, spaces before colons, and a name twice, of which the last counts.
    const [first, second] = conversationOf(
      '{"tools" : ["],{"], "messages" :[{"content":"x, [","meta":{"content":"no","role":[1,"a"]},"role" : "user","content" : "y"},{"role":"user","content":"z"}]}',
    );
    assert.deepEqual([first.content, first.places.length, second.content], ['y', 2, 'z']);
    assert.equal(
      '{"tools" : ["],{"], "messages" :[{"content":"x, [","meta":{"content":"no","role":[1,"a"]},"role" : "user","content" : "y"},{"role":"user","content":"z"}]}'.slice(
        first.places[0] - 1,
        first.places[1] + 1,
      ),
      '"y"',
    );
    const [{ content, places }] = conversationOf('[{"role": "user", "content": "\\ud83c\\udf89!"}]');
    assert.equal(content, '🎉!');
    assert.deepEqual(
      places.map(place => place - places[0]),
      [0, 6, 12, 13],
    );
  });

  it('any other text is a message of the user', () => {
    for (const text of [
      'Hello',
      '',
      '[1, 2]',
      '{"messages": []}',
      '{"role": "user"}',
      '[{"role": "user", "content": "cut',
      '[{"name": "x"}]',
    ]) {
      const [message, ...more] = conversationOf(text);
      assert.deepEqual([message.role, message.content, more], ['user', text, []]);
      assert.deepEqual(
        message.places,
        Array.from({ length: text.length + 1 }, (_, i) => i),
      );
    }
  });

  it('may have their content in parts, which are lines of it, each in its place', () => {
    const json =
      '{"messages": [{"role": "user", "content": [{"type": "text", "text": "What\\n?"}, {"text": "b"}]}, {"role": "user", "content": "c"}]}';
    const [{ content, places, parts }, second] = conversationOf(json);
    assert.equal(content, 'What\n?\nb');
    assert.equal(places.length, content.length + 1);
    assert.deepEqual(
      Array.from(content, (_, i) => json.slice(places[i], places[i + 1])).map((at, i) => (i === 6 ? '' : at)),
      ['W', 'h', 'a', 't', '\\n', '?', '', 'b'],
    );
    assert.deepEqual(
      parts!.map(part => [part.content, json.slice(part.places[0], part.places.at(-1))]),
      [
        ['What\n?', 'What\\n?'],
        ['b', 'b'],
      ],
    );
    assert.deepEqual([second.content, second.parts], ['c', undefined]);
  });

  it('a message that cannot be read is named', () => {
    assert.throws(
      () => conversationOf('[{"role": "user", "content": "a"}, {"content": "b"}]'),
      /^Error: Message 2 of this conversation lacks its “role”; give each message/,
    );
    assert.throws(
      () => conversationOf('[{"role": "user", "content": [{"type": "image"}]}]'),
      /^Error: Message 1 of this conversation has a part of the type “image”; leave it out/,
    );
    for (const content of ['null', '[]', '{"text": "a"}', '3']) {
      assert.throws(
        () => conversationOf(`[{"role": "user", "content": ${content}}]`),
        /^Error: Message 1 .+ lacks its “content” as text/,
      );
    }
    assert.throws(
      () => conversationOf('[{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text"}]}]'),
      /^Error: Part 2 of message 1 of this conversation lacks its “text”/,
    );
  });

  it('are called what they are', () => {
    const message = '{"role": "user", "content": "a"}';
    assert.equal(conversationWords('a'), 'as a message');
    assert.equal(conversationWords(`[${message}]`), 'as a message');
    assert.equal(conversationWords(`[${message}, ${message}]`), 'as a conversation of 2 messages');
    assert.equal(conversationWords('[{"role": "user"}]'), 'as a conversation');
  });
});
