/**
 * A FLAC file of silence, mono, 16 bits, 16,000 samples a second: frames of 4,096 samples that take 12 bytes each.
 * @param seconds what its header tells.
 * @param frames so many are there.
 * @param told samples that the header tells, where they are others.
 */
export function silentFlac(seconds: number, frames: number, told = seconds * 16_000): Uint8Array {
  const header = Buffer.alloc(42);
  header.write('fLaC', 0);
  header.writeUInt32BE(0x8000_0022, 4);
  header.writeUInt16BE(4096, 8);
  header.writeUInt16BE(4096, 10);
  header.writeUIntBE(11, 12, 3);
  header.writeUIntBE(13, 15, 3);
  // 20 bits rate, 3 channels less one, 5 bits a sample less one, 36 samples.
  header.writeUInt32BE(((16_000 << 12) | (15 << 4) | Math.floor(told / 2 ** 32)) >>> 0, 18);
  header.writeUInt32BE(told % 2 ** 32, 22);
  return Buffer.concat([header, ...Array.from({ length: frames }, (_, number) => silentFrame(number))]);
}

function silentFrame(number: number): Buffer {
  const coded =
    number < 0x80
      ? [number]
      : number < 0x800
        ? [0xc0 | (number >> 6), 0x80 | (number & 63)]
        : [0xe0 | (number >> 12), 0x80 | ((number >> 6) & 63), 0x80 | (number & 63)];
  // 4,096 samples, 16,000 a second, one channel, 16 bits; then one constant subframe of 0.
  const begin = [0xff, 0xf8, 0xc5, 0x08, ...coded];
  const frame = [...begin, crc(begin, 8, 0x07), 0x00, 0x00, 0x00];
  const sum = crc(frame, 16, 0x8005);
  return Buffer.from([...frame, sum >> 8, sum & 255]);
}

function crc(bytes: readonly number[], bits: 8 | 16, polynomial: number): number {
  const mask = 2 ** bits - 1;
  return bytes.reduce((sum, byte) => {
    let next = sum ^ (byte << (bits - 8));
    for (let i = 0; i < 8; i++) {
      next = next & (2 ** (bits - 1)) ? ((next << 1) ^ polynomial) & mask : (next << 1) & mask;
    }
    return next;
  }, 0);
}
