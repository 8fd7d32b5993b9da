import type { Response } from 'undici';
import { InferenceErrorCode } from '../../core/protocol/inferenceProtocol';
import { InferenceFault } from '../models/inferenceFault';

/** What was asked for. */
interface Asked {
  readonly id: string;
  /** The hub's host. */
  readonly host: string;
  /** Whether a token was sent. */
  readonly token: boolean;
}

/** Why the hub did not give what it was asked for, and what to do: its status, and its header `X-Error-Code` where it sends one. */
export function refusal(response: Response, { id, host, token }: Asked): InferenceFault {
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
      return fault(
        `Your token may not read ${id} on ${host}; give it read access, or set another with “Headlight: Set Hub Token…”.`,
      );
    case 404:
      return fault(`${host} has no model ${id}, or not this file of it; check the name.`, InferenceErrorCode.missing);
    case 416:
      return fault(`${host} no longer has ${id} as its download began; delete the download and start it again.`);
    case 429:
      return fault(`${host} has had too many requests from here; wait some minutes and try again.`);
    default:
      return fault(
        response.status >= 500
          ? `${host} has trouble of its own (status ${response.status}); try again later.`
          : `${host} refuses ${id} (status ${response.status}); see the log for the address.`,
      );
  }
}
