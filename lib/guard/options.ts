import type { Clock } from "../http/pace";
import type { TransportOptions } from "../http/transport";
import type { TfeHost } from "../tfe/host";
import type { GuardEvent } from "./event";
import type { GuardExpectation } from "./expectation";
import type { ConsumerPages } from "./handed-consumers";

export interface GuardOptions {
  /** The server that is guarded, and the one token that is let through to it. */
  readonly upstream: Pick<TfeHost, "hostname" | "apiUrl" | "token">;
  /** The user's own environment: its proxies and authorities lead to the server. */
  readonly env: NodeJS.ProcessEnv;
  readonly expectation: GuardExpectation;
  /** What the token of a new connection must be; undefined where none is made or changed. */
  readonly pat?: string | undefined;
  /** Whether reads are answered from list pages. */
  readonly readAhead: boolean;
  /** The ids of the workspaces that the guarded program manages, where that is known: a list is read when it saves requests. */
  readonly workspaces?: readonly string[] | undefined;
  /** Whether what such a program asks for is read before it asks, where it changes nothing. @default false */
  readonly readsAtOnce?: boolean;
  /** What the plan that is applied read of remote state consumers. @default nothing */
  readonly consumers?: ConsumerPages;
  /** While this file is there, writes wait. */
  readonly pauseFile?: string | undefined;
  readonly onEvent: (event: GuardEvent) => void;
  /** Tests bring their own. */
  readonly clock?: Clock;
  readonly random?: () => number;
  readonly transport?: TransportOptions;
}
