import tseslint from 'typescript-eslint';

/** The walls of the house: what each part may not import, and why. */
const wall = (files, patterns) => ({ files, rules: { 'no-restricted-imports': ['error', { patterns }] } });
const vscode = { regex: '^vscode$', message: 'This part runs outside the extension host.' };
const nodeModules = { regex: '^node:', message: 'This part runs where there is no Node.' };
const otherHouses = houses => ({
  regex: `(^|/)(${houses})/`,
  message: `This part must not know ${houses.replaceAll('|', ', ')}.`,
});
/** The extension host has a folder of that name, too: the program's is the one beside the house. */
const programOf = house => ({
  regex: `^(\\.\\./)+${house}/(main$|(answers|cli|download|export|graph|images|models|runs|speech|text)/)`,
  message: `The extension host speaks with ${house} by messages.`,
});

export default tseslint.config(
  { ignores: ['dist/', 'out/', 'node_modules/', 'test/fixtures/'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { projectService: { allowDefaultProject: ['*.mjs'] }, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      curly: ['error', 'multi-line'],
      'no-console': 'error',
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  wall(
    ['core/**/*.ts'],
    [
      vscode,
      nodeModules,
      otherHouses('inference|extension|webview|test'),
      { group: ['@huggingface/*', 'onnxruntime-*', 'lit', '@vscode-elements/*'], message: 'core is pure.' },
    ],
  ),
  wall(['webview/**/*.ts'], [vscode, nodeModules, otherHouses('inference|extension|test')]),
  wall(
    ['extension/**/*.ts'],
    [
      otherHouses('webview|test'),
      programOf('inference'),
      { group: ['@huggingface/*', 'onnxruntime-*'], message: 'Only the inference process loads models.' },
    ],
  ),
  wall(['inference/**/*.ts'], [vscode, otherHouses('extension|webview|test')]),
  {
    files: ['extension/**/*.ts'],
    ignores: ['extension/shown/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "NewExpression[callee.property.name='MarkdownString'], NewExpression[callee.name='MarkdownString']",
          message: 'markdownString (extension/shown) makes them, of Markdown in which texts from outside stay text.',
        },
        {
          selector:
            "MemberExpression[object.property.name='window'][property.name=/^show(Error|Warning|Information)Message$/]",
          message: 'extension/shown/messages.ts has these, with messages in which nothing becomes a link.',
        },
      ],
    },
  },
  { files: ['**/*.mjs', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
  },
);
