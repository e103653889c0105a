import type { Random } from "../random";

const PARTS = ["network", "app", "db", "cdn", "iam", "logs", "edge", "k8s"] as const;
const STAGES = ["prod", "stage", "dev"] as const;

/** How one name is written, so that names come in families whose members differ by a single character. */
const SPELLINGS: readonly ((part: string, stage: string, number: number) => string)[] = [
  (part, stage, number) => `${part}-${stage}-${number}`,
  (part, stage, number) => `${part}_${stage}_${number}`,
  (part, stage, number) => `${part}-${stage}_${number}`,
  (part, stage, number) => `${part}${stage}-${number}`,
  (part, stage, number) => `${part}-${stage}--${number}`,
];

/** Legal, distinct names (letters, digits, - and _), in the order in which the API lists them. */
export function workspaceNames(random: Random, count: number): readonly string[] {
  const names: string[] = [];
  for (let family = 0; names.length < count; family += 1) {
    const part: string = random.pick(PARTS);
    const spelled = random.chance(0.2) ? part.toUpperCase() : part;
    const stage = random.pick(STAGES);
    for (const spelling of SPELLINGS.slice(0, count - names.length)) names.push(spelling(spelled, stage, family));
  }
  return names.sort((a, b) => (a < b ? -1 : 1));
}
