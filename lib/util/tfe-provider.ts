/** The version of the provider `hashicorp/tfe` that Repoint is made for. */
export const PROVIDER_VERSION = "0.80.0";

/** What a stack asks for where its organization file names no other. */
export const PROVIDER_CONSTRAINT = `~> ${PROVIDER_VERSION}`;

/** The first version that re-points a registry module in place; older ones replace it and lose its versions. */
export const MODULES_IN_PLACE_SINCE = "0.80.0";
