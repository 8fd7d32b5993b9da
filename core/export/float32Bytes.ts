const littleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/** Numbers as bytes, four each, least significant first; not copied where the machine has them so already. */
export function float32Bytes(data: Float32Array): Uint8Array {
  if (littleEndian) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const bytes = new Uint8Array(data.length * 4);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => view.setFloat32(i * 4, value, true));
  return bytes;
}
