import assert from 'node:assert/strict';
import { GitIgnore } from '../../../core/images/gitIgnore';
import { imageTree, type ImageFolder } from '../../../core/images/imageTree';

type Shape = (string | { [folder: string]: Shape })[];
const shape = ({ folders, images }: ImageFolder<{ path: string }>): Shape => [
  ...folders.map(folder => ({ [folder.name]: shape(folder) })),
  ...images.map(({ path }) => path.split('/').pop()!),
];

describe('the tree of images', () => {
  it('has folders first and numbers by value, and joins folders that hold nothing but one', () => {
    const paths = ['b10.png', 'b2.png', 'docs/img/x.svg', 'docs/img/deep/er/y.svg', 'a/z.gif', 'a/b/c/w.gif'];
    assert.deepEqual(shape(imageTree(paths.map(path => ({ path })))), [
      { a: [{ 'b/c': ['w.gif'] }, 'z.gif'] },
      { 'docs/img': [{ 'deep/er': ['y.svg'] }, 'x.svg'] },
      'b2.png',
      'b10.png',
    ]);
    assert.equal(imageTree(paths.map(path => ({ path }))).folders[1].path, 'docs/img');
  });
});

describe('.gitignore', () => {
  const git = new GitIgnore();
  git.add('', 'build/\n*.tmp.png\n/top.png\n!keep.tmp.png\n# a note\n');
  git.add('docs', '*.gif\n!../x\n');
  git.add('docs/kept', '!*.gif\n');

  const cases: Record<string, boolean> = {
    'build/a.png': true,
    'docs/build/a.png': true,
    'a.tmp.png': true,
    'docs/keep.tmp.png': false,
    'top.png': true,
    'docs/top.png': false,
    'a.gif': false,
    'docs/a.gif': true,
    'docs/deep/a.gif': true,
    'docs/kept/a.gif': false,
    'build/keep.tmp.png': true,
  };
  for (const [path, ignored] of Object.entries(cases)) {
    it(`${ignored ? 'leaves out' : 'shows'} ${path}`, () => assert.equal(git.ignores(path), ignored));
  }
});
