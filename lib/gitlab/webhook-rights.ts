import { atATime } from "../util/at-a-time";
import { explain, type GitlabAnswer } from "./answer";
import { type GitlabApi, isProjectPath } from "./api";

/** Whether the user of a token may make webhooks in a project: Maintainers and Owners may, and roles that an administrator made. */
export type WebhookRights =
  | { readonly type: "may" }
  /** GitLab says no. */
  | { readonly type: "may-not"; readonly reason: string; readonly todo: string }
  | { readonly type: "unknown"; readonly reason: string };

/** So few projects are asked for one by one: a list of all that a user maintains may be longer. */
const FEW = 10;
const AT_A_TIME = 8;

/**
 * Asks what the client's own user may do in each project: with one list of what it maintains, and of the others one by one, since a
 * list does not tell of old paths, administrators and custom roles.
 *
 * @param projects full paths; what can be none is left out of the answer
 */
export async function webhookRights(
  api: Pick<GitlabApi, "maintained" | "hooks">,
  projects: readonly string[],
): Promise<ReadonlyMap<string, WebhookRights>> {
  const wanted = [...new Set(projects.filter(isProjectPath))].sort();
  const rights = new Map<string, WebhookRights>();
  let unreachable: WebhookRights | undefined;
  const note = (answer: GitlabAnswer<unknown>, project: string) => {
    const found = rightsIn(answer);
    // Of a GitLab that asks to wait longer than there is patience, every other question waits as long.
    if (answer.type === "rate-limit" || (answer.type === "no-answer" && answer.unreachable)) unreachable ??= found;
    else rights.set(project, found);
    return unreachable === undefined ? undefined : "stop";
  };
  const maintained = wanted.length > FEW ? await api.maintained() : undefined;
  if (maintained?.type === "parsed") {
    const paths = new Set(maintained.value.map(({ path_with_namespace: path }) => path.toLowerCase()));
    for (const project of wanted) if (paths.has(project.toLowerCase())) rights.set(project, { type: "may" });
  } else if (maintained?.type === "rate-limit" || (maintained?.type === "no-answer" && maintained.unreachable))
    unreachable = rightsIn(maintained);
  if (unreachable === undefined) {
    const others = wanted.filter((project) => !rights.has(project));
    await atATime(others, AT_A_TIME, async (project) => note(await api.hooks(project), project));
  }
  for (const project of wanted) if (unreachable !== undefined && !rights.has(project)) rights.set(project, unreachable);
  return rights;
}

/** What the answer to a question for a project's webhooks says of who asked (lib/api/helpers.rb, `find_project!`, `forbidden!`). */
export function rightsIn(answer: GitlabAnswer<unknown>): WebhookRights {
  if (answer.type === "parsed") return { type: "may" };
  const unknown = { type: "unknown", reason: explain(answer) } as const;
  if (answer.type !== "refusal") return unknown;
  const { status, said, code } = answer;
  // Of a path that is no route, GitLab says "404 Not Found".
  if (status === 404 && /project not found/i.test(said)) {
    const reason = `the token's user cannot see it in GitLab (${said}), so TFE cannot create webhooks`;
    return {
      type: "may-not",
      reason,
      todo: "give the token's user the role Maintainer there; if the project was deleted, unlink or leave out what uses it",
    };
  }
  // What a token may not read says nothing of what it may make; `checkToken` judges scopes.
  if (status !== 403 || code?.startsWith("insufficient_") === true) return unknown;
  if (/^403 Forbidden\.?$/i.test(said)) {
    const reason = `the token's user may not see webhooks in GitLab (${said}), so TFE cannot create them`;
    return { type: "may-not", reason, todo: "give the token's user the role Maintainer there" };
  }
  const reason = `GitLab refuses the token's user (${said}), so TFE cannot create webhooks`;
  return { type: "may-not", reason, todo: "do what GitLab asks for, or ask an administrator" };
}

/** One line for all the projects of which the same is to be said. */
export function together(said: readonly (readonly [project: string, what: string])[]): readonly string[] {
  const projects = new Map<string, string[]>();
  for (const [project, what] of said) projects.set(what, [...(projects.get(what) ?? []), project]);
  return [...projects].map(([what, names]) => {
    const more = names.length > 3 ? ` and ${names.length - 3} more` : "";
    return `${names.slice(0, 3).join(", ")}${more}: ${what}`;
  });
}

/** What is wrong where GitLab says no, each with what to do, once for all projects. */
export function refusedIn(
  rights: Iterable<readonly [project: string, rights: WebhookRights]>,
): readonly { readonly message: string; readonly todo: string }[] {
  const todos = new Map<string, (readonly [string, string])[]>();
  for (const [project, found] of rights) {
    if (found.type === "may-not")
      todos.set(found.todo, [...(todos.get(found.todo) ?? []), [project, found.reason] as const]);
  }
  return [...todos].flatMap(([todo, said]) => together(said).map((message) => ({ message, todo })));
}
