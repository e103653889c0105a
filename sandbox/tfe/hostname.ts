/** The host that the sandbox's TFE goes by; `.test` resolves nowhere, so nothing can reach another server by mistake. */
export const HOSTNAME = "tfe.sandbox.test";
