import type { SymptomKind } from "../observation";
import { bySubject, logged, type Rule, together } from "./rule";

/* What keeps Terraform Enterprise from reaching GitLab, by its own log: no refusal, so it explains none. */

const connectionRule = (
  id: string,
  kinds: readonly SymptomKind[],
  texts: Pick<Rule, "title" | "explanation" | "remedy">,
): Rule => ({
  id,
  role: "cause",
  severity: "error",
  ...texts,
  find: (the) => together(kinds.flatMap((kind) => logged(the, kind))),
});

export const timedOut = connectionRule("gitlab-timed-out", ["timed-out", "refresh-unanswered"], {
  title: "GitLab did not answer Terraform Enterprise in time",
  explanation:
    "Terraform Enterprise stopped waiting, or the connection broke before the answer. If it was a refresh, GitLab may still have used up the refresh token.",
  remedy:
    "Check GitLab's load at these times (Puma's queue, database locks) and the timeouts of the proxies between the two.",
});

export const certificate = connectionRule("certificate-not-trusted", ["certificate"], {
  title: "Terraform Enterprise does not trust GitLab's certificate",
  explanation:
    "The TLS handshake failed: the certificate has expired, is for another name, or comes from an authority that Terraform Enterprise does not trust.",
  remedy:
    "Check the certificate (`openssl s_client -connect GITLAB:443 -showcerts </dev/null`). Renew it, or add its authority to Terraform Enterprise's CA bundle (`TFE_TLS_CA_BUNDLE_FILE`).",
});

export const nameNotFound = connectionRule("gitlab-name-not-found", ["name-not-found"], {
  title: "Terraform Enterprise cannot resolve GitLab's host name",
  explanation:
    "The name in the connection's addresses is wrong, or the DNS server that Terraform Enterprise asks does not know it.",
  remedy:
    "Compare the connection's HTTP and API URLs with GitLab's address, and resolve the name where Terraform Enterprise runs (`docker exec terraform-enterprise getent hosts GITLAB`).",
});

export const notReached = connectionRule("gitlab-not-reached", ["not-reached"], {
  title: "Terraform Enterprise could not connect to GitLab",
  explanation: "The connection was refused or reset, there was no route, or a proxy did not let it through.",
  remedy:
    "Check whether GitLab was up at these times and whether a firewall or proxy blocks the connection (`docker exec terraform-enterprise curl -I https://GITLAB`).",
});

const reasons: Partial<Record<SymptomKind, string>> = {
  "unknown-timeout": "no answer in time",
  "unknown-certificate": "certificate not trusted",
  "unknown-name": "host name not found",
  "unknown-connection": "connection refused or reset",
};

export const unknownServer: Rule = {
  id: "server-not-reached",
  role: "context",
  severity: "warning",
  isOpen: true,
  title: "Terraform Enterprise could not reach a server, but its log does not name it",
  explanation:
    "A connection failed for the reason above. The line names no server, so it may be any server that Terraform Enterprise uses.",
  remedy:
    "Read the lines around it in Terraform Enterprise's log: they may name the server. If it is GitLab, test the connection from there: `docker exec terraform-enterprise curl -vI https://GITLAB`.",
  find: (the) => {
    const symptoms = Object.keys(reasons).flatMap((kind) => logged(the, kind as SymptomKind));
    return bySubject(symptoms, ({ kind }) => reasons[kind] ?? null);
  },
};
