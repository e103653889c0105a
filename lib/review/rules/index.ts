import type { Rule } from "../rule";
import { checksPassed } from "./checks-passed";
import { configurationOnly } from "./configuration-only";
import { connectionKept } from "./connection-kept";
import { connectionsFit } from "./connections-fit";
import { fileCovered } from "./file-covered";
import { fileOnly } from "./file-only";
import { importsMatch } from "./imports-match";
import { keepPrivate } from "./keep-private";
import { knownParts } from "./known-parts";
import { knownProvider } from "./known-provider";
import { knownTypes } from "./known-types";
import { modulesOverApi } from "./modules-over-api";
import { noDrift } from "./no-drift";
import { noSecret } from "./no-secret";
import { nothingCreated } from "./nothing-created";
import { nothingDestroyed } from "./nothing-destroyed";
import { nothingForgotten } from "./nothing-forgotten";
import { nothingMoved } from "./nothing-moved";
import { nothingReplaced } from "./nothing-replaced";
import { nothingUnknown } from "./nothing-unknown";
import { oldToNew } from "./old-to-new";
import { ownConfiguration } from "./own-configuration";
import { planComplete } from "./plan-complete";
import { planConsistent } from "./plan-consistent";
import { planFresh } from "./plan-fresh";
import { sameConfiguration } from "./same-configuration";
import { sameTarget } from "./same-target";
import { sameText } from "./same-text";
import { secretKept } from "./secret-kept";
import { tokenOnly } from "./token-only";
import { valuesWritten } from "./values-written";
import { withinLimits } from "./within-limits";

/** Every rule, the gravest first. */
export const rules: readonly Rule[] = [
  nothingDestroyed,
  nothingReplaced,
  nothingCreated,
  nothingForgotten,
  tokenOnly,
  valuesWritten,
  oldToNew,
  connectionKept,
  connectionsFit,
  nothingUnknown,
  importsMatch,
  nothingMoved,
  knownTypes,
  knownProvider,
  secretKept,
  noSecret,
  knownParts,
  planComplete,
  planConsistent,
  checksPassed,
  noDrift,
  sameTarget,
  sameConfiguration,
  sameText,
  planFresh,
  fileCovered,
  fileOnly,
  withinLimits,
  modulesOverApi,
  configurationOnly,
  ownConfiguration,
  keepPrivate,
];
