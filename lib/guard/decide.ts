import { ExternalError } from "../errors";
import { kindOf } from "../kinds";
import { shownId } from "../util/secret";
import { compareWithReviewed, readingOf } from "./changed";
import type { Circumstances } from "./circumstances";
import { decideConnection, decideNewConnection, decideProjects } from "./connection-writes";
import { bases, type ExpectedLink, type GuardExpectation } from "./expectation";
import type { Reading } from "./known";
import { differing, LINK, namesTags, narrowed, otherTags, TOKEN } from "./narrow";
import { type Document, readDocument } from "./read-document";
import type { RuleId } from "./rules";
import { type GuardRequest, type Ruling, refusal, type Subject } from "./ruling";
import { isNothing, isObject, member } from "./same-value";

const READS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
/** Rack's, and those of other frameworks that take a request's method from a header. */
const OVERRIDES = ["x-http-method-override", "x-http-method", "x-method-override"];
/** Letters, digits and `-._` between single slashes, which is all that ids and names of TFE's have (go-tfe, `validStringID`). */
const PLAIN = /^[\w.-]+(?:\/[\w.-]+)*$/;
/** What leads out of the API's root, however it is written; and what no path of a client's holds. */
const DOTS = /(?:^|\/|%2f|%5c)(?:\.|%2e){1,2}(?:\/|%2f|%5c|$)|[^!-~]|\\/i;

/**
 * What is done with a request: the guard's one decision. Pure but for what `known` remembers.
 *
 * Reads pass, of other organizations too: they change nothing, and a configuration may well look up what is elsewhere. Every method
 * but GET, HEAD and OPTIONS is a write, and a write passes only if it is one of these, as it is expected:
 * - PATCH of an object that is re-pointed, narrowed to its link's token (`narrowed`);
 * - POST of the one new connection, once; PATCH of a connection whose token is exchanged;
 * - POST of that connection's projects.
 *
 * A path is compared with what is expected as it came, and never decoded: what is written in another way is not expected. A write that
 * is not wholly understood is refused.
 */
export function decide(request: GuardRequest, circumstances: Circumstances): Ruling {
  const { method, target, headers, body } = request;
  const { expectation, known, stopped } = circumstances;
  const refuse = (rule: RuleId, why: string) => refusal(rule, request, why);
  const path = target.split("?", 1)[0] ?? "";

  if (OVERRIDES.some((name) => headers[name] !== undefined))
    return refuse("method-override", "one of its headers asks for another method");
  if (READS.has(method)) {
    if (body.length > 0) return refuse("read-with-body", "it has a body");
    if (DOTS.test(path)) return refuse("odd-path", "its path is outside the API");
    const answer = known.answerTo(request);
    return answer === undefined ? { type: "forward" } : { type: "answer", status: 200, body: answer.body };
  }
  if (stopped !== undefined) return refuse("stopped", `an earlier request was refused (${stopped})`);
  if (expectsNothing(expectation)) return refuse("plan-writes-nothing", "this run changes nothing on the server");
  if (method !== "PATCH" && method !== "POST") return refuse("method", `no ${method.slice(0, 20)} is ever sent`);
  if (!PLAIN.test(target) || DOTS.test(target)) return refuse("odd-path", "its path is not in plain form");
  const organization = /^organizations\/([^/]+)/.exec(target)?.[1];
  if (organization !== undefined && organization !== expectation.organization)
    return refuse(
      "another-organization",
      `it is about the organization ${organization}, but the plan is about ${expectation.organization}`,
    );

  if (method === "PATCH") {
    const link = linkAt(expectation, target);
    if (link !== undefined) return decideLink(request, link, circumstances);
  }
  const { connection } = expectation;
  if (method === "POST" && target === `organizations/${expectation.organization}/oauth-clients`)
    return decideNewConnection(request, circumstances);
  if (
    method === "PATCH" &&
    connection !== null &&
    connection.id !== null &&
    target === `oauth-clients/${connection.id}`
  )
    return decideConnection(request, connection.id, circumstances);
  const projectsOf =
    method === "POST" ? /^oauth-clients\/([^/]+)\/relationships\/projects$/.exec(target)?.[1] : undefined;
  if (projectsOf !== undefined) return decideProjects(request, projectsOf, circumstances);
  return refuse("not-expected", `${bases[expectation.basis].says} does not cover it`);
}

function expectsNothing({ links, connection, projectLinks }: GuardExpectation): boolean {
  return links.length === 0 && connection === null && projectLinks.length === 0;
}

const indices = new WeakMap<GuardExpectation, ReadonlyMap<string, ExpectedLink>>();

/** The link that is patched at a path. An expectation is indexed once: there may be ten thousand. */
function linkAt(expectation: GuardExpectation, path: string): ExpectedLink | undefined {
  const index = indices.get(expectation) ?? new Map(expectation.links.map((link) => [link.path, link]));
  indices.set(expectation, index);
  return index.get(path);
}

/** A PATCH of what is re-pointed: understood, with the right token, of what is still what was reviewed, and of nothing else. */
function decideLink(request: GuardRequest, link: ExpectedLink, { known, freshSince = 0 }: Circumstances): Ruling {
  const { kind, id, name } = link;
  const refuse = (rule: RuleId, why: string) => refusal(rule, request, why);
  const subject: Subject = { kind, id, name };
  const document = readDocument(request, kindOf(kind).type);
  if (document.type === "wrong") return refuse(document.rule, document.why);
  const sent = document.value;
  if (sent.id !== undefined && sent.id !== id)
    return refuse("another-object", `its body is about ${shownId(sent.id)}, not ${id}`);

  const repo = member(sent.attributes, LINK);
  if (repo === undefined) return refuse("not-expected", `it changes something other than the VCS link of ${name}`);
  if (repo === null) return refuse("unlinks", `it would remove the VCS link of ${name}`);
  if (!isObject(repo)) return refuse("unreadable-body", "its vcs-repo is not an object");
  const token = link.to ?? (known.newTokens.length === 1 ? known.newTokens[0] : undefined);
  if (token === undefined)
    return refuse("new-connection-unknown", `the token of the new connection, which ${name} must get, is unknown`);
  const given = member(repo, TOKEN);
  if (given !== token) {
    const what = typeof given === "string" && !isNothing(given) ? `the token ${shownId(given)}` : "no token";
    return refuse("wrong-token", `for ${name} it has ${what}, but ${token} is expected`);
  }

  const reading = known.reading(link);
  if (reading === "gone") return { type: "leave", subject, reason: "it no longer exists" };
  const tags = kindOf(kind).tagsQuery !== undefined && namesTags(sent);
  const readFirst: Ruling = { type: "read-first", kind, id, path: readAt(link), tags };
  if (reading === undefined || (tags && reading.tags === undefined)) return readFirst;
  const ruling = decideBy({ request, link, sent, token, reading, there: known.shown(id) });
  // What is there already is only confirmed: for that, a reading is as good as the one that Terraform made its plan from.
  return ruling.type === "answer" || reading.at >= freshSince ? ruling : readFirst;
}

interface LinkPatch {
  readonly request: GuardRequest;
  readonly link: ExpectedLink;
  /** What the request says. */
  readonly sent: Document;
  /** The token that the object shall have. */
  readonly token: string;
  readonly reading: Reading;
  /** The object as the server would answer it. */
  readonly there: unknown;
}

/** A PATCH of what is re-pointed, by what the server has. */
function decideBy({ request, link, sent, token, reading, there }: LinkPatch): Ruling {
  const { kind, id, name } = link;
  const subject: Subject = { kind, id, name };
  try {
    if (reading.resource.type !== kindOf(kind).type)
      return { type: "leave", subject, reason: "its id now belongs to a different resource" };
    const isNow = compareWithReviewed(link, reading.resource, token);
    if (isNow.type === "changed") return { type: "leave", subject, reason: isNow.reason };
    const more = differing(link, sent, reading);
    if (more.length > 0) {
      const why = `it would change more of ${name} than its token: ${more.join("; ")}`;
      return refusal("changes-more", request, why);
    }
    const retagged = kindOf(kind).tagsQuery !== undefined && namesTags(sent) ? otherTags(sent, reading) : undefined;
    if (retagged !== undefined) return { type: "leave", subject, reason: retagged };
    if (isNow.type === "done" && there !== undefined) return { type: "answer", status: 200, body: there, subject };
    const body = narrowed(link, reading.resource, readingOf(kind, reading.resource).vcsRepo, token);
    return { type: "send", body, subject, what: link.reconnect ? "linked again" : "re-pointed" };
  } catch (error) {
    if (!(error instanceof ExternalError)) throw error;
    return { type: "leave", subject, reason: error.message };
  }
}

/** What has tags is read with them, as the provider reads it: the reading then answers the provider, too. */
function readAt({ kind, path }: ExpectedLink): string {
  const { tagsQuery } = kindOf(kind);
  return tagsQuery === undefined ? path : `${path}?${tagsQuery}`;
}
