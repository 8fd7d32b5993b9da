import type { Response } from 'undici';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';

/** What was asked for. */
interface Asked {
  readonly id: string;
  /** The hub's host. */
  readonly host: string;
  /** Whether there is a token for it. */
  readonly token: boolean;
  /** The host that answered, where the hub sent the request on to another. */
  readonly elsewhere?: string;
}

/**
 * Whether the hub wants fewer requests: status 429, or 403 where its headers or its reason say so, as the hub and gateways in
 * front of it answer.
 */
export function isRateLimit({ status, headers }: Response): boolean {
  if (status === 429) return true;
  return (
    status === 403 &&
    (headers.has('retry-after') ||
      headers.get('x-ratelimit-remaining') === '0' ||
      /(?:^|;)\s*r=0(?:;|$)/.test(headers.get('ratelimit') ?? '') ||
      /rate.?limit|too many requests/i.test(headers.get('x-error-message') ?? ''))
  );
}

/** Seconds that the hub asks to wait, as a number or a date; undefined where it does not say. */
export function waitOf({ headers }: Response): number | undefined {
  const told = headers.get('retry-after') ?? '';
  const seconds = /^[\d.]+$/.test(told.trim()) ? Number(told) : (Date.parse(told) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : undefined;
}

/** Why the hub did not give what it was asked for, and what to do: its status, and its header `X-Error-Code` where it sends one. */
export function refusal(response: Response, { id, host, token, elsewhere }: Asked): InferenceFault {
  const fault = (message: string, reason = InferenceErrorCode.download) =>
    new InferenceFault(reason, message, new Error(`${response.url} answered with status ${response.status}.`));
  const code = response.headers.get('x-error-code');
  if (code === 'GatedRepo') {
    return fault(
      token
        ? `${id} is gated, and your token’s account has not been granted it; accept the model’s terms on ${host}/${id} and try again.`
        : `${id} is gated; accept the model’s terms on ${host}/${id}, set an access token with “Headlight: Set Hub Token…”, and try again.`,
    );
  }
  if (code === 'RevisionNotFound') {
    return fault(`${id} has no such revision on ${host}; download it again to get its newest.`);
  }
  if (elsewhere !== undefined && (response.status === 401 || response.status === 403)) {
    return fault(
      `${elsewhere}, to which ${host} sends for the files of ${id}, does not give them (status ${response.status}); try again, and if it stays so check whether a proxy or firewall of your network is in the way.`,
    );
  }
  if (isRateLimit(response)) {
    const wait = waitOf(response);
    const minutes = wait === undefined ? 'some minutes' : wait <= 60 ? 'a minute' : `${Math.ceil(wait / 60)} minutes`;
    return fault(
      `${host} has had too many requests from here; wait ${minutes} and try again${token ? '' : ', or set an access token with “Headlight: Set Hub Token…”, with which it allows more'}.`,
    );
  }
  switch (response.status) {
    case 401:
      return fault(
        token
          ? `${host} does not accept your token for ${id}; set a valid one with “Headlight: Set Hub Token…”, or check the model’s name.`
          : // The hub answers so for models that are not there, so that private ones cannot be guessed.
            `${host} has no public model ${id}; check the name, or set an access token with “Headlight: Set Hub Token…” if it is private.`,
        token ? undefined : InferenceErrorCode.missing,
      );
    case 403:
      if (/disabled/i.test(response.headers.get('x-error-message') ?? '')) {
        return fault(`${host} has closed ${id}; choose another model.`);
      }
      if (!token) {
        return fault(
          `${host} does not give ${id} to this machine, though it asks for no token; a proxy or firewall of your network may be in the way: check VS Code’s proxy settings, or set an access token with “Headlight: Set Hub Token…”.`,
        );
      }
      return fault(
        `Your token may not read ${id} on ${host}; give it read access, or set another with “Headlight: Set Hub Token…”.`,
      );
    case 404:
      return fault(`${host} has no model ${id}, or not this file of it; check the name.`, InferenceErrorCode.missing);
    case 416:
      return fault(`${host} no longer has ${id} as its download began; delete the download and start it again.`);
    default:
      return fault(
        response.status >= 500
          ? `${host} has trouble of its own (status ${response.status}); try again later.`
          : `${host} refuses ${id} (status ${response.status}); see the log for the address.`,
      );
  }
}
