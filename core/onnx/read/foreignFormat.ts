/**
 * What a file is that is certainly not ONNX, as a sentence for the user; undefined if it may be ONNX.
 * Recognised by the first bytes, since such files otherwise fail somewhere in the middle with a puzzling reason.
 */
export function foreignFormat(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'The file is empty; download it again.';
  const head = String.fromCharCode(...bytes.subarray(0, 64));
  const instead = 'choose a file that ends in .onnx';
  if (head.startsWith('version https://git-lfs')) {
    return 'The file is a Git LFS pointer, not the model itself; run "git lfs pull" or download the file.';
  }
  if (/^\s*(<!doctype|<html|<\?xml|<head)/i.test(head)) {
    return 'The file is a web page, not an ONNX model; download the model file itself.';
  }
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) {
    return `The file is a zip archive (or a PyTorch checkpoint), not an ONNX model; unpack it or ${instead}.`;
  }
  if (head.startsWith('GGUF')) return `The file is a GGUF model, not an ONNX model; ${instead}.`;
  if (head.startsWith('\x89HDF')) return `The file is an HDF5 file, not an ONNX model; ${instead}.`;
  if (head.slice(4, 8) === 'TFL3') return `The file is a TensorFlow Lite model, not an ONNX model; ${instead}.`;
  if (head.startsWith('ORTM', 4)) {
    return "The file is in ONNX Runtime's own format (.ort), not an ONNX model; choose the .onnx file it was made from.";
  }
  if (head.startsWith('\x1f\x8b')) return 'The file is compressed with gzip; unpack it first.';
  if (/^[\s\S]{8}\{\s*"/.test(head)) return `The file is a safetensors file, not an ONNX model; ${instead}.`;
  if (isText(bytes.subarray(0, 512))) return `The file is text, not an ONNX model; ${instead}.`;
  return undefined;
}

/** Whether all bytes are printable or white space; an ONNX file has control characters (field tags, lengths) at once. */
function isText(bytes: Uint8Array): boolean {
  return bytes.every(b => b >= 32 || (b >= 9 && b <= 13));
}
