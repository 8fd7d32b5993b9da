import * as vscode from 'vscode';
import type { HubAccess } from '../../core/protocol/downloadProtocol';

/** Where the token lies in VS Code's secret store. */
const secret = 'headlight.hubToken';

/** How the hub is reached, by the settings of Headlight and VS Code and the secret store. */
export class HubSettings {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  /**
   * What the download needs.
   * @throws Error with one sentence where Headlight is to stay offline.
   */
  async access(): Promise<HubAccess> {
    if (this.offline) {
      throw new Error('Headlight is offline, by the setting headlight.offline; switch that off to reach the hub.');
    }
    const http = vscode.workspace.getConfiguration('http');
    const off = http.get<string>('proxySupport') === 'off';
    return {
      address: this.address,
      token: await this.secrets.get(secret),
      proxy: off ? undefined : http.get<string>('proxy') || undefined,
      noProxy: off ? '*' : http.get<string[]>('noProxy', []).join(',') || undefined,
      strictCertificates: http.get<boolean>('proxyStrictSSL', true),
      systemCertificates: http.get<boolean>('systemCertificates', true),
    };
  }

  get address(): string {
    return vscode.workspace.getConfiguration('headlight').get<string>('hub', 'https://huggingface.co');
  }

  get offline(): boolean {
    return vscode.workspace.getConfiguration('headlight').get<boolean>('offline', false);
  }

  /** Keeps a token, or forgets the one that is kept. */
  async setToken(token: string | undefined): Promise<void> {
    await (token === undefined ? this.secrets.delete(secret) : this.secrets.store(secret, token));
  }
}
