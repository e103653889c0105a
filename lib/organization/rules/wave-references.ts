import { nearest } from "../../util/nearest";
import { masked, shown } from "../../util/secret";
import type { DraftOrganizationFile } from "../draft";
import type { Finding, Path } from "../finding";
import { CONNECTION_ALONE, LAST_WAVE, ONLY_WAVE } from "../wave-names";
import type { Rule } from "./rule";

/** Whatever refers to a wave refers to one that there is; what is forgotten was to be moved. */
export const waveReferences: Rule = {
  id: "wave-references",
  check: (organizationFile) => {
    const known = knownWaves(organizationFile);
    if (known === undefined) return [];
    const { through, forget, direction } = organizationFile;
    const steps = [CONNECTION_ALONE, ...known];
    const forgotten = Array.isArray(forget) ? forget : [];
    return [
      ...refer(through, steps, ["through"]),
      ...forgotten.flatMap((name: string | undefined, index) => refer(name, known, ["forget", index])),
      ...(direction === "back" ? [] : forgotten.flatMap((name, index) => covered(name, through, steps, index))),
    ];
  },
};

/** In their order; undefined when a wave's name is missing, so that nothing can be said. */
function knownWaves(organizationFile: DraftOrganizationFile): readonly string[] | undefined {
  if ("waves" in organizationFile && organizationFile.waves === undefined) return undefined;
  const names = (organizationFile.waves ?? []).map((wave) => wave?.name);
  const named = names.filter((name) => name !== undefined);
  if (named.length < names.length) return undefined;
  return named.length === 0 ? [ONLY_WAVE] : [...new Set([...named, LAST_WAVE])];
}

function refer(name: string | undefined, known: readonly string[], path: Path): readonly Finding[] {
  if (name === undefined || known.includes(name)) return [];
  const close = nearest(name, known);
  return [
    {
      path,
      message: `there is no wave ${shown(name)}; the waves are ${known.map((text) => masked(text)).join(", ")}`,
      fix: close === undefined ? "name one of them" : `did you mean ${masked(close)}?`,
    },
  ];
}

function covered(
  name: string | undefined,
  through: string | undefined,
  known: readonly string[],
  index: number,
): readonly Finding[] {
  if (name === undefined || through === undefined || !known.includes(through)) return [];
  if (known.indexOf(name) <= known.indexOf(through)) return [];
  return [
    {
      path: ["forget", index],
      message: `the wave ${name} comes after ${through}, so it does not move, and there is nothing to forget`,
      fix: "forget it once through: covers it",
    },
  ];
}
