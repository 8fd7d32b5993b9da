import { RequestType0 } from 'vscode-jsonrpc';

/** What every panel's page asks besides, to learn whether there is an extension host that hears it: answered at once. */
export const panelAlive = new RequestType0<void, void>('panel/alive');
