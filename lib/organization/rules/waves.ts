import { shown } from "../../util/secret";
import type { Draft } from "../draft";
import type { Finding, Path } from "../finding";
import { patterns } from "../patterns";
import type { WaveFile } from "../schema";
import { CONNECTION_ALONE, LAST_WAVE } from "../wave-names";
import type { Rule } from "./rule";

/** Waves have names of their own, and each can take something. */
export const waves: Rule = {
  id: "waves",
  check: ({ waves: list = [] }) => {
    const names = list.map((wave) => wave?.name);
    return list.flatMap((wave, index) =>
      wave === undefined
        ? []
        : [
            ...name(wave.name, names.indexOf(wave.name) !== index, ["waves", index, "name"]),
            ...percent(wave.percent, ["waves", index, "percent"]),
            ...conditions(wave, index === list.length - 1, ["waves", index]),
          ],
    );
  },
};

function name(given: string | undefined, again: boolean, path: Path): readonly Finding[] {
  if (given === undefined) return [];
  if (!patterns.waveName.test(given)) {
    return [{ path, message: `got ${shown(given)}; expected letters, digits, - and _`, fix: "rename the wave" }];
  }
  if (given === CONNECTION_ALONE) {
    const message = `${CONNECTION_ALONE} is the step before the first wave: through: ${CONNECTION_ALONE} creates the connection alone`;
    return [{ path, message, fix: "rename the wave" }];
  }
  return again ? [{ path, message: `two waves are called ${given}`, fix: "rename one" }] : [];
}

function percent(given: number | undefined, path: Path): readonly Finding[] {
  if (given === undefined || (given >= 0 && given <= 100)) return [];
  return [{ path, message: `got ${given}; expected 0 to 100`, fix: "correct the share" }];
}

function conditions(wave: Draft<WaveFile>, last: boolean, path: Path): readonly Finding[] {
  const given = Object.keys(wave).some((key) => key !== "name");
  if (wave.name === LAST_WAVE && (given || !last)) {
    return [
      {
        path,
        message: `${LAST_WAVE} is the wave of everything that no other wave matches, so it has no conditions and comes last`,
        fix: "rename the wave, or leave it out: it is added automatically",
      },
    ];
  }
  if (given || last || wave.name === undefined) return [];
  return [
    {
      path,
      message: `the wave ${shown(wave.name)} has no condition, so it matches everything and leaves nothing for later waves`,
      fix: "give it a condition, or put it last",
    },
  ];
}
