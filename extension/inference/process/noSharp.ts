/** What transformers.js gets for `sharp`: models of text read no images, and the library's 16 MB stay out of the package. */
export default function sharp(): never {
  throw new Error('This build of Headlight reads no images.');
}
