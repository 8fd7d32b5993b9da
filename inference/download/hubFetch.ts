import type { RequestInit, Response } from 'undici';
import type { HubAccess } from '../../core/protocol/downloadProtocol';
import { trustedCertificates } from './trustedCertificates';

/** `fetch`, by a way of its own. */
export type HubFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Milliseconds without a byte after which a connection counts as cut. */
const usualSilence = 30_000;

/**
 * A `fetch` through the proxy of VS Code's settings, or else that of the environment, which trusts what
 * {@link trustedCertificates} tells.
 */
export function hubFetch(
  { proxy, noProxy, strictCertificates = true, systemCertificates }: Omit<HubAccess, 'address' | 'token'>,
  silence = usualSilence,
): HubFetch {
  const security = { rejectUnauthorized: strictCertificates, ca: trustedCertificates(systemCertificates) };
  // A process that runs models alone need not wait for it.
  const client = import('undici').then(({ EnvHttpProxyAgent, fetch }) => ({
    fetch,
    dispatcher: new EnvHttpProxyAgent({
      headersTimeout: silence,
      bodyTimeout: silence,
      connect: { ...security, timeout: silence },
      requestTls: security,
      proxyTls: security,
      ...(proxy ? { httpProxy: proxy, httpsProxy: proxy } : {}),
      ...(noProxy ? { noProxy } : {}),
    }),
  }));
  return async (url, init) => {
    const { fetch, dispatcher } = await client;
    return fetch(url, { ...init, dispatcher });
  };
}
