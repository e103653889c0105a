import { LAST_WAVE, ONLY_WAVE } from "../../migration/waves";
import { nearest } from "../../util/nearest";
import { shown } from "../secret";
import type { Finding, Rule } from "./rule";

/** Waves have names of their own, and whatever refers to one refers to one that there is. */
export const waves: Rule = {
  id: "waves",
  check: ({ waves: list = [], through, release }) => {
    const names = list.map(({ name }) => name);
    const known = list.length === 0 ? [ONLY_WAVE] : [...new Set([...names, LAST_WAVE])];
    const found: Finding[] = [];
    for (const [index, wave] of list.entries()) {
      if (!/^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(wave.name)) {
        found.push({
          path: ["waves", index, "name"],
          message: `got ${shown(wave.name)}; expected letters, digits, - and _`,
          fix: "rename the wave",
        });
      }
      if (names.indexOf(wave.name) !== index) {
        found.push({ path: ["waves", index, "name"], message: `two waves are called ${wave.name}`, fix: "rename one" });
      }
      if (wave.percent !== undefined && !(wave.percent > 0 && wave.percent <= 100)) {
        found.push({
          path: ["waves", index, "percent"],
          message: `got ${wave.percent}; expected more than 0 and at most 100`,
          fix: "correct the share",
        });
      }
      if (Object.keys(wave).length === 1 && index < list.length - 1) {
        found.push({
          path: ["waves", index],
          message: `the wave ${wave.name} has no condition, so it takes everything and leaves nothing to the waves behind it`,
          fix: "give it a condition, or put it last",
        });
      }
    }
    const refer = (name: string, path: Finding["path"]) => {
      if (known.includes(name)) return;
      const close = nearest(name, known);
      found.push({
        path,
        message: `there is no wave ${shown(name)}; there are: ${known.join(", ")}`,
        fix: close === undefined ? "name one of them" : `did you mean ${close}?`,
      });
    };
    if (through !== undefined) refer(through, ["through"]);
    if (Array.isArray(release)) for (const [index, name] of release.entries()) refer(name, ["release", index]);
    return found;
  },
};
