import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/** Where Linux distributions keep the certificates that they trust. */
const linuxBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The certificate authorities that a connection trusts, as PEM: Node's own, those of NODE_EXTRA_CA_CERTS, and those of
 * the operating system. A Node that cannot ask the system (before 22.15) reads the file that SSL_CERT_FILE names, or on
 * Linux the distribution's.
 * @param system whether those of the operating system are trusted: VS Code's `http.systemCertificates`.
 */
export function trustedCertificates(system = true): string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default' | 'system') => string[] };
  if (getCACertificates) return [...getCACertificates('default'), ...(system ? getCACertificates('system') : [])];
  const { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: named } = process.env;
  const bundles = !system ? [] : named ? [named] : process.platform === 'linux' ? linuxBundles : [];
  return [
    ...tls.rootCertificates,
    ...[extra].flatMap(readBundle),
    ...(bundles.map(readBundle).find(found => found.length > 0) ?? []),
  ];
}

/** Nothing where there is no such file: Node itself only warns of one that is missing. */
function readBundle(file: string | undefined): string[] {
  if (!file) return [];
  try {
    return readFileSync(file, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  } catch {
    return [];
  }
}
