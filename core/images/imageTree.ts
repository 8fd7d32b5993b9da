/** A folder of a tree of images. */
export interface ImageFolder<Image> {
  /** Its path from the root, with slashes; the root's is empty. */
  readonly path: string;
  /** What is shown: its name, or several where a folder holds nothing but another: "docs/img". */
  readonly name: string;
  readonly folders: readonly ImageFolder<Image>[];
  readonly images: readonly Image[];
}

const compare = new Intl.Collator(undefined, { numeric: true }).compare;

/** Images by folder, as the explorer orders them: folders first, each by name, numbers by value. */
export function imageTree<Image extends { readonly path: string }>(images: readonly Image[]): ImageFolder<Image> {
  const below = (path: string, inside: readonly Image[]): ImageFolder<Image> => {
    const start = path === '' ? 0 : path.length + 1;
    const folders = new Map<string, Image[]>();
    const here: Image[] = [];
    for (const image of inside) {
      const end = image.path.indexOf('/', start);
      if (end < 0) here.push(image);
      else {
        const folder = image.path.slice(0, end);
        const others = folders.get(folder);
        if (others) others.push(image);
        else folders.set(folder, [image]);
      }
    }
    return {
      path,
      name: path.slice(path.lastIndexOf('/') + 1),
      folders: [...folders].sort(([a], [b]) => compare(a, b)).map(([folder, its]) => compact(below(folder, its))),
      images: here.sort((a, b) => compare(a.path, b.path)),
    };
  };
  return below('', images);
}

function compact<Image>(folder: ImageFolder<Image>): ImageFolder<Image> {
  const {
    name,
    folders: [only, ...others],
    images,
  } = folder;
  return only && others.length === 0 && images.length === 0 ? { ...only, name: `${name}/${only.name}` } : folder;
}
