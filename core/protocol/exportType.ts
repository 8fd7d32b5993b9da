import type { PictureLook } from '../export/pictureLook';
import { AskType } from './askType';

/** Asks for what is shown as the content of a file. @typeParam More what else is said of it. */
export class ExportType<Of, What, Format, More = unknown> extends AskType<
  Of,
  { what: What; format: Format; look: PictureLook } & More,
  string | Uint8Array
> {}
