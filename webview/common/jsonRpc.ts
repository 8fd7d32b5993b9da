/**
 * The build puts this in the place of `vscode-jsonrpc` in webviews, where the protocols name their messages: a message's
 * method is all that {@link HostConnection} reads. The library, written for every role and stream, would be a tenth of a
 * panel's script.
 */
export class RequestType {
  constructor(readonly method: string) {}
}

export { RequestType as NotificationType, RequestType as ProgressType, RequestType as RequestType0 };
