/** What ONNX Runtime says of a model that it does not open, and what that means to whoever chose the file. */
const meanings: readonly (readonly [RegExp, (found: RegExpExecArray) => string])[] = [
  [
    /Could not find an implementation for (\S+?)\((\d+)\) node/,
    ([, type, version]) => `this ONNX Runtime cannot compute its operator ${type} (version ${version}) on the CPU`,
  ],
  [
    /(?:Fatal error: )?(\S+?)(?:\(-?\d+\))? is not a registered function\/op|No Op registered for (\S+)/,
    ([, type, other]) =>
      `this ONNX Runtime does not know its operator ${type ?? other}; export it with operators of ONNX or of ONNX Runtime itself`,
  ],
  [
    /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    ([, given, most]) =>
      `it is written in version ${given} of the ONNX format, and this ONNX Runtime reads up to ${most}; export it with an older onnx`,
  ],
  [
    /only \*?guarantees\*? support for models stamped with official released onnx opset versions\. Opset (\d+)|Opset (\d+) is under development/,
    ([, given, other]) =>
      `it uses operator set ${given ?? other}, which is newer than this ONNX Runtime; export it with an older one`,
  ],
  [
    /protobuf parsing failed|ModelProto does not have a graph/i,
    () => 'it is damaged or cut short; download it again or put the original back',
  ],
  [
    /External initializer.*(?:out of bounds|Failed to)|External data.*(?:out of bounds|is out of|beyond)|file.*length.*smaller/i,
    () => 'the file that its weights are kept in is shorter than it says; download that file again',
  ],
  [
    /Type Error: .*\bOptype \(([^)]+)\).*\bin node \(([^)]*)\)/,
    ([, type, node]) =>
      `its operator ${type}${node ? ` (${node})` : ''} is given numbers of types that do not fit together; export it again`,
  ],
  [
    /In Node, \("([^"]*)"/,
    ([, node]) => `its node ${node || 'without a name'} is not as the operator wants it; export it again`,
  ],
  [/bad_?alloc|Failed to allocate memory/, () => 'it takes more memory than there is'],
];

/**
 * Why ONNX Runtime does not open a model, as half a sentence of ours with what to do where something can be done. The runtime's
 * own words belong to the log.
 * @param otherwise where they are, for what has no meaning here.
 */
export function runtimeRefusal(error: unknown, otherwise = 'its reason is in the log (“Headlight: Show Log”)'): string {
  const told = error instanceof Error ? error.message : String(error);
  for (const [said, meaning] of meanings) {
    const found = said.exec(told);
    if (found) return meaning(found);
  }
  return `ONNX Runtime does not take it; ${otherwise}`;
}
