import ical, { ICalAlarmType, ICalEventTransparency } from "ical-generator";
import { textSha256 } from "../../files/sha256";
import type { LifeLimits } from "../../gitlab/token-life";
import { printable } from "../../util/plain-text";
import { renewCommand } from "../shared/pat-life";
import type { JudgedPat } from "./entry";

const DAY_SECONDS = 86_400;

/**
 * A calendar (RFC 5545) with one event for each PAT that ends, at the moment when it does, and an alarm at each limit. An event keeps
 * its UID when the token is replaced, so that a calendar that takes the file again moves the event.
 */
export function calendarText(pats: readonly JudgedPat[], now: Date, { minDays, warnDays }: LifeLimits): string {
  const calendar = ical({
    name: "GitLab PATs of Repoint",
    prodId: { company: "Repoint", product: "expiry", language: "EN" },
  });
  for (const { entry, endsAt } of pats) {
    if (endsAt === undefined || entry.organization === null || entry.hostname === null) continue;
    const { name, organization, hostname, readAt, source } = entry;
    const event = calendar.createEvent({
      id: `repoint-pat-${textSha256(`${organization.toLowerCase()} on ${hostname.toLowerCase()}`).slice(0, 32)}@repoint`,
      // Grows with the date, as it must with each change (RFC 5545, 3.8.7.4).
      sequence: Math.max(0, Math.floor(endsAt / 1000 / DAY_SECONDS)),
      stamp: now,
      start: new Date(endsAt),
      summary: printable(`GitLab PAT of ${organization} expires`),
      description: printable(
        `Terraform Enterprise organization ${organization} on ${hostname}. At this moment GitLab stops taking the token of its VCS connection. Before that: ${renewCommand(name)}. As ${source === "gitlab" ? "GitLab said" : "the inventory recorded"} at ${readAt}.`,
      ),
      transparency: ICalEventTransparency.TRANSPARENT,
    });
    for (const days of new Set([warnDays, minDays])) {
      event.createAlarm({
        type: ICalAlarmType.display,
        triggerBefore: days * DAY_SECONDS,
        description: printable(`The GitLab PAT of ${organization} expires in ${days} days: ${renewCommand(name)}`),
      });
    }
  }
  return calendar.toString();
}
