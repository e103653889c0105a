import { FINGERPRINT } from "./vector-module";

/** What makes a line worth parsing, and a rare part of it, by which it is searched for. */
export interface Needle {
  readonly bytes: Buffer;
  /** Where in it its fingerprint begins. */
  readonly fingerprintAt: number;
}

/** The statuses of refused API requests, as JSON printers write them: api_json.log gives no reason for some, nor before GitLab 17.2. */
const refused = ["401", "403", "429"].flatMap((status) =>
  ['status":', 'status": ', 'status\\":', 'status\\": ', 'status":"'].map(
    (before) => [before + status, status] as const,
  ),
);

/** A fingerprint is the seldomer the better: every place where one stands is looked at more closely. */
const words: readonly (readonly [word: string, fingerprint: string])[] = [
  ["oauth/token", "h/t"], // GitLab's token endpoint
  ["oauth\\/token", "h\\/"], // the same, from a JSON printer that escapes slashes
  ["auth_fail_reason", "h_f"], // api_json.log from GitLab 17.2
  ["zation grant is invalid", "n g"], // first half of the error in TFE's logs
  ["invalid_grant", "nva"],
  ["Token was revoked", "n w"], // its second half
  ["Token is expired", "n i"],
  ["responded with code", "d w"], // every other refusal that TFE's GitLab client logs
  ["insufficient_scope", "nsu"],
  ["Client authentication failed", "n f"],
  ["invalid_client", "nva"],
  ["account has been", "t h"],
  ["ccept the Terms of Service", "f S"],
  ["assword expired", "d e"],
  ["user_blocked", "r_b"],
  ["Rack_Attack", "k_A"], // auth_json.log: what was throttled or banned before GitLab saw it
  ...refused,
  ["Timeout", "eou"], // TFE's logs: GitLab was not reached, in the words of Ruby, Go and git
  ["execution expired", "n e"],
  ["timed out", "d o"],
  ["end of file reached", "d o"],
  ["i/o timeout", "o t"],
  ["TLS handshake timeout", "S h"],
  ["context deadline", "t d"],
  ["certificate verify", "e v"],
  ["certificate problem", "e p"],
  ["x509: certificate", ": c"],
  ["nnection refused", "n r"],
  ["nnection reset", "n r"],
  ["connect ECONN", "t E"],
  ["open TCP connection", "P c"],
  ["o route to host", "o r"],
  ["etwork is unreachable", "k i"],
  ["ervice not known", "e n"],
  ["ailure in name res", "n n"],
  ["o such host", "o s"],
  ["resolve host", "e h"],
  ["y Authentication Required", "y A"],
  ["OAuth2::Error", "Err"], // and that GitLab answered in a way of which there is no more in the line
  ["Gitlab::Error::", "Err"],
  ["unauthorized_client", "una"],
  ["unsupported_grant", "nsu"],
  ["edirect URI included", "t U"],
  ["edirect uri included", "t u"],
  ["WebHookWorker", "ebH"], // GitLab's sidekiq.log: a webhook is sent
  ["/webhooks/vcs", "s/v"], // TFE's logs: a webhook arrives
];

function plain([word, fingerprint]: (typeof words)[number]): Needle {
  return { bytes: Buffer.from(word, "latin1"), fingerprintAt: word.indexOf(fingerprint) };
}

/** As UTF-16 holds a word between its first and last letter, which is the same in both byte orders. */
function wide([word, fingerprint]: (typeof words)[number]): Needle {
  const bytes = Buffer.from(word, "utf16le").subarray(0, word.length * 2 - 1);
  return { bytes, fingerprintAt: word.indexOf(fingerprint) * 2 };
}

/** Every needle, as bytes of UTF-8 (and of any other code that contains ASCII) and of UTF-16. */
export const needles: readonly Needle[] = [...words.map(plain), ...words.map(wide)];

/** The part of a needle that is searched for. */
export function fingerprintOf({ bytes, fingerprintAt }: Needle): Buffer {
  return bytes.subarray(fingerprintAt, fingerprintAt + FINGERPRINT);
}
