/** Something that is wrong, with what to do. */
export interface GitlabProblem {
  readonly message: string;
  readonly todo: string;
}

/** What GitLab's side of a migration looks like. */
export interface GitlabFindings {
  /** What is wrong, each with what to do. */
  readonly problems: readonly GitlabProblem[];
  /** What could not be asked, or should be known. */
  readonly notes: readonly string[];
  /**
   * Webhooks that were recorded for this organization's old connection and that nothing in it uses now, by GitLab's ids. Their
   * addresses are not shown: who knows one can start runs.
   */
  readonly orphans: readonly { readonly project: string; readonly ids: readonly number[] }[];
  /** Of how many moved resources the webhook was looked at, and of how many it works. */
  readonly webhooks: { readonly looked: number; readonly fine: number };
}
